export { type Claim, claimDue, untilNextClaim } from './claim.ts';
export { Loop } from './loop.ts';
export { addDueColumns, type DueColumns } from './table.ts';
export {
  createDueWork,
  type DueRow,
  type DueWork,
  type DueWorkOptions,
  type HandleContext,
  type Outcome,
} from './worker.ts';
