export { type DocumentOptions, openApiDocument } from './document.ts';
export { type MergeOptions, mergeDocuments } from './merge.ts';
export type { Json, OpenApiDocument } from './types.ts';
