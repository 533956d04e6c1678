const list = document.querySelector('#list');
const article = document.querySelector('#message');
const count = document.querySelector('#count');
const search = document.querySelector('#search');

let selected;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const person = ({ Name, Address }) => (Name ? `${Name} <${Address}>` : Address);
const people = (all) => all.map(person).join(', ');
const time = (iso) => new Date(iso).toLocaleTimeString();

async function refresh() {
  const query = search.value.trim();
  const path = query ? `/api/v1/search?limit=500&query=${encodeURIComponent(query)}` : '/api/v1/messages?limit=500';
  const { messages, total, unread } = await (await fetch(path)).json();
  count.textContent = `${total} ${total === 1 ? 'message' : 'messages'}, ${unread} unread`;
  document.title = unread > 0 ? `(${unread}) Ticketaka mail sandbox` : 'Ticketaka mail sandbox';
  list.replaceChildren(
    ...messages.map((message) => {
      const button = element(
        'button',
        { type: 'button', onclick: () => open(message.ID) },
        element('span', { className: 'subject' }, message.Subject || '(no subject)'),
        element('span', { className: 'quiet' }, `${people(message.To)} · ${time(message.Created)}`),
      );
      button.setAttribute('aria-current', String(message.ID === selected));
      return element('li', { className: message.Read ? '' : 'unread' }, button);
    }),
  );
}

async function fetchText(path) {
  return (await fetch(path)).text();
}

const views = {
  HTML: ({ ID }) => {
    const frame = element('iframe', { title: 'The mail as HTML', src: `/view/${ID}.html` });
    frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
    return frame;
  },
  Text: ({ Text }) => element('pre', {}, Text),
  Source: ({ ID }) => {
    const source = element('pre', {}, '…');
    void fetchText(`/api/v1/message/${ID}/raw`).then((text) => source.replaceChildren(text));
    return source;
  },
};

async function open(id) {
  const response = await fetch(`/api/v1/message/${id}`);
  if (!response.ok) return refresh();
  const message = await response.json();
  selected = id;
  const available = Object.keys(views).filter((name) => name === 'Source' || message[name]);
  const tabs = available.map((name) => {
    const tab = element('button', { type: 'button', role: 'tab', onclick: () => show(name) }, name);
    tab.dataset.view = name;
    return tab;
  });
  const show = (name) => {
    for (const tab of tabs) tab.setAttribute('aria-selected', String(tab.dataset.view === name));
    article.lastElementChild.replaceWith(views[name](message));
  };
  const attachments = [...message.Attachments, ...message.Inline].map((part) =>
    element('a', { href: `/api/v1/message/${id}/part/${part.PartID}` }, `${part.FileName} (${part.Size} B) `),
  );
  article.replaceChildren(
    element('h2', {}, message.Subject || '(no subject)'),
    element(
      'p',
      { className: 'quiet' },
      `From ${person(message.From)} to ${people([...message.To, ...message.Cc, ...message.Bcc])}`,
    ),
    element('p', { className: 'quiet' }, `${new Date(message.Date).toLocaleString()} · ${message.Size} bytes`),
    ...(attachments.length > 0 ? [element('p', {}, ...attachments)] : []),
    element('div', { role: 'tablist' }, ...tabs),
    element('p'),
  );
  show(available[0]);
  return refresh();
}

document.querySelector('#delete').addEventListener('click', () => {
  void fetch('/api/v1/messages', { method: 'DELETE' });
  selected = undefined;
  article.replaceChildren(element('p', { className: 'empty' }, 'All deleted.'));
});
search.addEventListener('input', () => void refresh());

const events = new EventSource('/events');
events.addEventListener('open', () => void refresh());
events.addEventListener('message', () => void refresh());
events.addEventListener('error', () => {
  count.textContent = 'The sandbox does not answer: trying again';
});
