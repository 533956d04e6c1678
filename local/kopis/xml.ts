/** An element's content: text, or elements by name. A list repeats its element. */
export type Xml = string | number | { readonly [name: string]: Xml | readonly Xml[] };

export function document(name: string, content: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${element(name, content)}\n`;
}

function element(name: string, content: Xml): string {
  return `<${name}>${inner(content)}</${name}>`;
}

function inner(content: Xml): string {
  // KOPIS sends a blank for nothing.
  if (typeof content !== 'object') return content === '' ? ' ' : escape(String(content));
  return Object.entries(content)
    .map(([name, value]) => (isList(value) ? value.map((one) => element(name, one)).join('') : element(name, value)))
    .join('');
}

function isList(value: Xml | readonly Xml[]): value is readonly Xml[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
