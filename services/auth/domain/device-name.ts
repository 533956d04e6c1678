/** First match wins: most browsers also claim to be the ones below them. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/KAKAOTALK/i, 'KakaoTalk'],
  [/NAVER\(inapp/i, 'NAVER'],
  [/Whale\//, 'Whale'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Macintosh|Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const longestOther = 40;

/**
 * What a person recognises of a user agent: `Chrome · Windows`. Everything else in it is left out, since it would
 * tell one person's machine from another's. Programs that are no browser keep the name of their product.
 */
export function deviceName(userAgent: string | undefined): string {
  const text = userAgent ?? '';
  const known = [nameIn(browsers, text), nameIn(systems, text)].filter((part) => part !== undefined);
  if (known.length > 0) return known.join(' · ');
  const product = /^[\w.-]+/.exec(text)?.[0];
  return product ? product.slice(0, longestOther) : 'Unknown';
}

function nameIn(table: readonly (readonly [RegExp, string])[], userAgent: string): string | undefined {
  return table.find(([pattern]) => pattern.test(userAgent))?.[1];
}
