export { type ClientOptions, createClient, type Policy } from './client.ts';
export { ProblemError, Unreachable } from './errors.ts';
export type { Call, CallArguments, CallResult, Client } from './types.ts';
