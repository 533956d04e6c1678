/** What may be stored. A file's name says its type, so that a plain directory can tell it without a second file. */
const contentTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  jpg: 'image/jpeg',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  webp: 'image/webp',
};

/**
 * Names that mean the same in every file system and every URL: no dots in front, no upper case, nothing to encode. A
 * file system that folds case would take two keys for one.
 */
const shape = /^(?:[a-z0-9][a-z0-9_-]*\/)*[a-z0-9][a-z0-9_-]*\.(?<extension>[a-z0-9]+)$/;
/** A directory's file name holds the key, and has 255 bytes at most. */
const longest = 200;

/**
 * The content type of the files that may be under a key.
 * @throws TypeError when it is not a key
 */
export function contentTypeOf(key: string): string {
  const extension = key.length <= longest ? shape.exec(key)?.groups?.['extension'] : undefined;
  const type = extension !== undefined && Object.hasOwn(contentTypes, extension) ? contentTypes[extension] : undefined;
  if (type === undefined) throw new TypeError(`not a key of a file: ${JSON.stringify(key.slice(0, longest))}`);
  return type;
}

/** @throws TypeError when it is not a key, or the content is of another type than the key says */
export function requireContentType(key: string, contentType: string): void {
  const expected = contentTypeOf(key);
  if (contentType !== expected) throw new TypeError(`${key} holds ${expected}, not ${contentType}`);
}
