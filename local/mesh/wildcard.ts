/**
 * Strings of AuthorizationPolicy: `*` is any value that is not empty, `abc*` a prefix, `*abc` a suffix, all else is
 * exact; a star elsewhere is a plain character.
 */
export type StringPredicate = (value: string) => boolean;

export function compileWildcard(pattern: string, options: { readonly ignoreCase?: boolean } = {}): StringPredicate {
  if (pattern === '*') return (value) => value !== '';
  if (!options.ignoreCase) return compileCaseSensitive(pattern);
  const matches = compileCaseSensitive(pattern.toLowerCase());
  return (value) => matches(value.toLowerCase());
}

function compileCaseSensitive(pattern: string): StringPredicate {
  if (pattern.startsWith('*')) {
    const suffix = pattern.slice(1);
    return (value) => value.endsWith(suffix);
  }
  if (pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1);
    return (value) => value.startsWith(prefix);
  }
  return (value) => value === pattern;
}
