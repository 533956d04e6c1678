export { afterCommit } from './after-commit.ts';
export { type AnyDatabase, type Database, type DatabaseOptions, openDatabase } from './database.ts';
export { isDuplicateKey, isUnavailable, Unavailable } from './errors.ts';
export type { Executor } from './executor.ts';
export { insertRows } from './insert-rows.ts';
export { type Migration, type Migrations, migrate } from './migrate.ts';
export { createPruning, type PruningOptions, prune } from './pruning.ts';
