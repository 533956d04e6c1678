export { pruneNow } from './prune.ts';
export { rotateKeys } from './rotate.ts';
export { printKeys } from './status.ts';
