export { openDirectory } from './directory.ts';
export type { FileStore, StoredFile } from './file-store.ts';
export { FileStoreUnavailable } from './file-store.ts';
export { fileStoreUrl, openFileStore } from './open-file-store.ts';
export { openS3, type S3Options } from './s3.ts';
