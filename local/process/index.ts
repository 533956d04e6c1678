export { Child, type Death, StartFailed } from './child.ts';
export type { ChildSpec } from './child-spec.ts';
export { type Guard, startGuard } from './guard.ts';
export { LogFile } from './log-file.ts';
export { pollUntil, untilHealthy, untilListening } from './poll.ts';
export {
  endGroup,
  isSameProcess,
  type ProcessIdentity,
  pauseGroup,
  signalGroup,
  startTimeOf,
} from './process-table.ts';
