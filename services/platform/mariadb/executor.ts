import type { QueryExecutorProvider } from 'kysely';

/** What a query can run on, whatever the schema: a `Kysely` or a `Transaction`. */
export type Executor = QueryExecutorProvider;
