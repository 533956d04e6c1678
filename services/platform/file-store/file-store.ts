export interface StoredFile {
  readonly bytes: Uint8Array;
  /** `image/webp` */
  readonly contentType: string;
}

/**
 * Files by key, for what is too large for a row. A key is a path of lower-case names, the last of which says what the
 * file is: `posters/0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e/640.webp`. Every call throws a TypeError for another key, and
 * FileStoreUnavailable while the store is away.
 */
export interface FileStore {
  /** Whoever reads meanwhile gets all of the file that was there, or all of this one. It is on disk when this resolves. */
  put(key: string, bytes: Uint8Array, options: { readonly contentType: string }): Promise<void>;
  /** Undefined when there is no such file. */
  get(key: string): Promise<StoredFile | undefined>;
  has(key: string): Promise<boolean>;
  /** A file that is not there is no error. */
  remove(key: string): Promise<void>;
}

/** The store is away for now, and trying again may help. The `http` module answers 503. */
export class FileStoreUnavailable extends Error {
  override readonly name = 'FileStoreUnavailable';
  readonly unavailable = true;
}
