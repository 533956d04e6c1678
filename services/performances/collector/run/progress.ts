/** Where a run is. */
export interface Progress {
  readonly step: string;
  /** The last record of the step that is done, in the order of source ids. */
  readonly position: string | undefined;
}

export interface Counts {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

export function noCounts(): Counts {
  return { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 };
}

export type Outcome = 'created' | 'updated' | 'unchanged' | 'rejected';

export function count(counts: Counts, outcome: Outcome): void {
  counts.read += 1;
  counts[outcome] += 1;
}
