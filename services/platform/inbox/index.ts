export { claimOnce, createInboxTable } from './inbox.ts';
export { createInboxPruning, type InboxPruningOptions } from './pruning.ts';
