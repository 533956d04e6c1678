import { RE2JS } from 're2js';

/** StringMatch of a VirtualService: one of the three, or nothing at all, which asks for presence. */
export interface StringMatch {
  readonly exact?: string | undefined;
  readonly prefix?: string | undefined;
  readonly regex?: string | undefined;
}

/** RE2 syntax, and the whole text must match, as in Envoy: linear time whatever the pattern. */
export function compileRegex(pattern: string): (value: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (value) => compiled.testExact(value);
}

/** True for the matches that ask only whether the header is there: `{}`, null and the special regex `*`. */
export function asksForPresence(match: StringMatch | null): boolean {
  if (match === null || match.regex === '*') return true;
  return match.exact === undefined && match.prefix === undefined && match.regex === undefined;
}

export function compileStringMatch(match: StringMatch, ignoreCase = false): (value: string) => boolean {
  const { exact, prefix, regex } = match;
  if (exact !== undefined) {
    if (!ignoreCase) return (value) => value === exact;
    const lower = exact.toLowerCase();
    return (value) => value.toLowerCase() === lower;
  }
  if (prefix !== undefined) {
    if (!ignoreCase) return (value) => value.startsWith(prefix);
    const lower = prefix.toLowerCase();
    return (value) => value.toLowerCase().startsWith(lower);
  }
  if (regex !== undefined) return compileRegex(regex);
  return () => true;
}
