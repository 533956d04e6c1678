import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom';

/** Elements by name, each with its text. */
export type Fields = Readonly<Record<string, string>>;

/** The text is not XML, or not such as we read. */
export class UnreadableXml extends Error {
  override readonly name = 'UnreadableXml';
}

/** @throws UnreadableXml */
export function parseXml(text: string): Element {
  // Neither service sends one, and entities are the classic way to make a small document large.
  if (/<!DOCTYPE/iu.test(text)) throw new UnreadableXml('the document has a DOCTYPE');
  try {
    const { documentElement } = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml');
    if (documentElement) return documentElement;
  } catch (error) {
    throw new UnreadableXml(firstLine(error), { cause: error });
  }
  throw new UnreadableXml('the document is empty');
}

/** The child elements of that name, in order. */
export function childrenOf(element: Element, name: string): readonly Element[] {
  const found: Element[] = [];
  for (let child = element.firstChild; child; child = child.nextSibling) {
    // Only an element has a node name without `#`, and it is all of an Element.
    if (child.nodeName === name) found.push(child as Element);
  }
  return found;
}

/** What the element tells, child by child; of a name that comes twice, the first. */
export function fieldsOf(element: Element): Fields {
  const fields: Record<string, string> = {};
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (!child.nodeName.startsWith('#')) fields[child.nodeName] ??= (child.textContent ?? '').trim();
  }
  return fields;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
