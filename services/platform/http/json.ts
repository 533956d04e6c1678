/** Cheap first look: most bodies hold none of these, and then need no walk. */
const suspect = /__proto__|constructor|\\u00/;

function poisons(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  const constructor: unknown = Object.hasOwn(value, 'constructor') ? Reflect.get(value, 'constructor') : undefined;
  if (typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype')) return true;
  return Object.values(value).some(poisons);
}

/**
 * JSON.parse for text from outside: refuses keys with which a later merge would change a prototype.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (suspect.test(text) && poisons(value)) throw new SyntaxError('a key that names a prototype');
  return value;
}
