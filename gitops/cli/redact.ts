/** Variables whose values are secrets, wherever they turn up. */
const secretVariable = /(TOKEN|SECRET|PASSWORD|WEBHOOK_URL|CREDENTIALS?)$/;

/** Strikes out the credentials in URLs, webhook addresses, and the values of secret variables of the environment. */
export function redact(text: string, environment: Readonly<Record<string, string | undefined>> = {}): string {
  const secrets = Object.entries(environment)
    .filter(([name, value]) => secretVariable.test(name) && value !== undefined && value.length >= 8)
    .map(([, value]) => value ?? '')
    // The longest first: one secret may be a part of another.
    .toSorted((a, b) => b.length - a.length);
  let safe = text;
  for (const secret of secrets) safe = safe.replaceAll(secret, '***');
  return (
    safe
      // Up to the last @: a password may have one, though it should not.
      .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@:]*:[^/\s]*@/gi, '$1***@')
      // In an https address a lone user name is a token; in an ssh address it is only `git`.
      .replaceAll(/(https?:\/\/)[^/\s@:]+@/gi, '$1***@')
      .replaceAll(/(https:\/\/hooks\.slack\.com\/)[^\s'"]+/gi, '$1***')
  );
}
