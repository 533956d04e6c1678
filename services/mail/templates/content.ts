/** One part of an e-mail. All strings are plain text: what they become is the renderer's business. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Digits to be typed. */
  | { readonly kind: 'code'; readonly code: string }
  /** What to do if this e-mail is a surprise, in a smaller hand. */
  | { readonly kind: 'note'; readonly text: string };

export interface Content {
  readonly subject: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const code = (digits: string): Block => ({ kind: 'code', code: digits });
export const note = (text: string): Block => ({ kind: 'note', text });
