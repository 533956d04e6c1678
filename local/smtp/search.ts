import type { MessageSummary } from './stored-message.ts';

interface Candidate {
  readonly summary: MessageSummary;
  /** The text body. */
  readonly text: string;
}

/**
 * Mailpit's search, the part that tests use: words and "quoted phrases" anywhere, `from:`, `to:`, `cc:`, `bcc:`,
 * `addressed:`, `subject:`, `message-id:`, `is:read`, `is:unread`; `-` or `!` in front of a term excludes. All terms must match.
 */
export function compileSearch(query: string): (candidate: Candidate) => boolean {
  const terms = [...query.matchAll(/([-!])?(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/gi)].map(
    ([, negated, field = '', phrase, word = '']) => {
      const test = matcher(field.toLowerCase(), (phrase ?? word).toLowerCase());
      return negated ? (candidate: Candidate) => !test(candidate) : test;
    },
  );
  return (candidate) => terms.every((test) => test(candidate));
}

function matcher(field: string, value: string): (candidate: Candidate) => boolean {
  switch (field) {
    case 'from':
      return ({ summary }) => names([summary.From], value);
    case 'to':
      return ({ summary }) => names(summary.To, value);
    case 'cc':
      return ({ summary }) => names(summary.Cc, value);
    case 'bcc':
      return ({ summary }) => names(summary.Bcc, value);
    case 'addressed':
      return ({ summary }) => names([summary.From, ...summary.To, ...summary.Cc, ...summary.Bcc], value);
    case 'subject':
      return ({ summary }) => summary.Subject.toLowerCase().includes(value);
    case 'message-id':
      return ({ summary }) => summary.MessageID.toLowerCase().includes(value);
    case 'is':
      return ({ summary }) => (value === 'read' ? summary.Read : value === 'unread' && !summary.Read);
    default:
      return anywhere(field === '' ? value : `${field}:${value}`);
  }
}

function anywhere(value: string) {
  return ({ summary, text }: Candidate) =>
    names([summary.From, ...summary.To, ...summary.Cc, ...summary.Bcc], value) ||
    [summary.Subject, text].some((part) => part.toLowerCase().includes(value));
}

function names(people: readonly { readonly Name: string; readonly Address: string }[], value: string): boolean {
  return people.some(({ Name, Address }) => `${Name} <${Address}>`.toLowerCase().includes(value));
}
