/**
 * Path templates of AuthorizationPolicy: `{*}` is one segment, `{**}` is any rest, empty too. The rules are those of
 * Istio's validation: a template fills its segment, `{**}` comes once and no template follows it.
 */

/** RFC 3986 pchar without `*`, as Envoy's URI template matcher has it. */
const segmentCharacters = "A-Za-z0-9\\-._~%!$&'()+,;:@=";
const literal = new RegExp(`^[${segmentCharacters}]+$`);

export function hasPathTemplate(value: string): boolean {
  return value.includes('{*}') || value.includes('{**}');
}

/**
 * Compiles a template to a predicate on a normalised path.
 * @throws Error that says what Istio's validation would refuse
 */
export function compilePathTemplate(template: string): (path: string) => boolean {
  if (!template.startsWith('/')) throw new Error(`path template ${template} must begin with a slash`);
  const segments = template.slice(1).split('/');
  let restSeen = false;
  const parts = segments.map((segment, index) => {
    if (segment === '{*}' || segment === '{**}') {
      if (restSeen) throw new Error(`path template ${template}: {**} must be its last template`);
      restSeen = segment === '{**}';
      return restSeen ? `[${segmentCharacters}/]*` : `[${segmentCharacters}]+`;
    }
    const trailingSlash = segment === '' && index === segments.length - 1;
    if (!trailingSlash && !literal.test(segment))
      throw new Error(`path template ${template}: segment "${segment}" is neither plain text nor a template`);
    return segment.replace(/[.$()+]/g, '\\$&');
  });
  const pattern = new RegExp(`^/${parts.join('/')}$`);
  return (path) => pattern.test(path);
}
