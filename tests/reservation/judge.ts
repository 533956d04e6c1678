import type { Trial } from './history.ts';
import { judgeAnswers } from './judge-answers.ts';
import { judgeAudit } from './judge-audit.ts';
import { judgeEvents } from './judge-events.ts';
import { judgeHolds } from './judge-holds.ts';
import { judgeMoney } from './judge-money.ts';
import { judgePictures } from './judge-pictures.ts';
import { judgeUnits } from './judge-units.ts';

/** Everything that should not have happened, in words. Empty when all is well. */
export function judge(trial: Trial): string[] {
  return [
    ...judgeUnits(trial),
    ...judgeHolds(trial),
    ...judgeAnswers(trial),
    ...judgeMoney(trial),
    ...judgePictures(trial),
    ...judgeEvents(trial),
    ...judgeAudit(trial),
  ];
}

/** How many of the faults are a unit that two had at once. */
export function duplicatesIn(faults: readonly string[]): number {
  return faults.filter((fault) => fault.startsWith('sold twice:')).length;
}
