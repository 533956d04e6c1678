/** Small parts of PromQL expressions. */

/** `{service="auth",status=~"5.."}`: a value that begins with `~` is a pattern, one that begins with `!` is excluded. */
export function matching(labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([label, value]) => {
    const [, sign = '', text = ''] = /^(!~|~|!)?(.*)$/s.exec(value) ?? [];
    const operator = { '': '=', '~': '=~', '!': '!=', '!~': '!~' }[sign] ?? '=';
    return `${label}${operator}${JSON.stringify(text)}`;
  });
  return matchers.length > 0 ? `{${matchers.join(',')}}` : '';
}

/** A pattern for exactly this text, as a value for {@link matching}. */
export function oneOf(texts: readonly string[]): string {
  return `~${texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')}`;
}

/**
 * By how much a counter has grown, also when the series is new: `increase` takes the first value of a series for where it
 * has always been, and so does not see the first of anything that happens rarely.
 */
export function grown(counter: string, by: string, window: string): string {
  const now = `sum by (${by}) (${counter})`;
  return `${now} - (sum by (${by}) (${counter} offset ${window}) or ${now} * 0)`;
}
