import { join } from 'node:path';

/** The repository that holds the declarations. */
export const codeRoot = join(import.meta.dirname, '../..');
