/**
 * Typed by many hands: full-width signs become plain ones, the many dots and dashes of Korean keyboards one each, and
 * runs of white space one space.
 */
export function normalizeText(text: string): string {
  return text
    .replace(/[·ㆍ・･•‧∙⋅、]/gu, ',')
    .normalize('NFKC')
    .replace(/[‐‑‒–—―−〜∼˜]/gu, '~')
    .replace(/[∶ː]/gu, ':')
    .replace(/[\u200b-\u200d\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
