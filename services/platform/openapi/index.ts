export { type DocumentOptions, openApiDocument } from './document.ts';
export { type MergeOptions, mergeDocuments } from './merge.ts';
export type { OpenApiDocument } from './types.ts';
