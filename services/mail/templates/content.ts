/** One part of an e-mail. All strings are plain text: what they become is the renderer's business. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Names and what they are. */
  | { readonly kind: 'details'; readonly rows: readonly Detail[] }
  /** One ticket, with its QR code. */
  | { readonly kind: 'ticket'; readonly seat: string; readonly detail: string; readonly token: string }
  /** Digits to be typed. */
  | { readonly kind: 'code'; readonly code: string }
  /** What to do if this e-mail is a surprise, in a smaller hand. */
  | { readonly kind: 'note'; readonly text: string };

export type Detail = readonly [name: string, value: string];

export interface Content {
  readonly subject: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const details = (...rows: readonly Detail[]): Block => ({ kind: 'details', rows });
export const code = (digits: string): Block => ({ kind: 'code', code: digits });
export const note = (text: string): Block => ({ kind: 'note', text });
