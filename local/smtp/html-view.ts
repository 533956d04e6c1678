import type { StoredMessage } from './stored-message.ts';

/** A mail must not run anything, nor fetch anything from anywhere: only its own inline images are shown. */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  // Links open in a tab of their own, which is as free as any other.
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** The HTML of a mail, to be shown in a frame, with its inline images put in. */
export function viewOf({ email, parts }: StoredMessage): { readonly html: string; readonly policy: string } {
  const images = new Map(
    parts
      .filter((part) => part.contentId !== '' && /^image\/[\w.+-]+$/.test(part.contentType))
      .map((part) => [part.contentId, `data:${part.contentType};base64,${part.content.toString('base64')}`]),
  );
  const body = (email.html ?? '').replaceAll(/cid:([^"'\s)>]+)/gi, (all, id: string) => images.get(decode(id)) ?? all);
  // In front of the mail's own document, where browsers take it as part of its head.
  return { html: `<!doctype html><base target="_blank">${body}`, policy };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded, then.
    return text;
  }
}
