import type { IncomingMessage } from 'node:http';
import type { Text } from '../contract/index.ts';

export type Locale = 'ko' | 'en';

/**
 * The better liked of the two languages of the product (RFC 9110, 12.5.4).
 * English when the header is missing, names neither, or likes both the same and English first.
 */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (acceptLanguage === undefined) return 'en';
  let best: { readonly locale: Locale; readonly weight: number } = { locale: 'en', weight: 0 };
  for (const range of acceptLanguage.toLowerCase().split(',', 20)) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const language = tag.split('-', 1)[0];
    if (language !== 'ko' && language !== 'en') continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (weight > best.weight) best = { locale: language, weight };
  }
  return best.locale;
}

export function localeOfRequest(request: IncomingMessage): Locale {
  return localeOf(request.headers['accept-language']);
}

export function inLocale(text: string | Text, locale: Locale): string {
  return typeof text === 'string' ? text : text[locale];
}
