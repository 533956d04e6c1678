/** A promise about speed: the measured ratio must be at most, or at least, this. */
export interface Target {
  readonly bound: 'at most' | 'at least';
  readonly ratio: number;
}

/** One value of one round, and whether what was done was also right. */
export interface Sample {
  readonly value: number;
  readonly correct: boolean;
}

/** What is measured, beside the bare thing that it is compared with. Both are prepared once and measured in turns. */
export interface Contest {
  readonly subject: () => Promise<Sample>;
  readonly reference: () => Promise<Sample>;
  /** Further figures worth printing: name and unit to value. */
  readonly figures?: () => Promise<Readonly<Record<string, number>>>;
  readonly close: () => Promise<void>;
}

export interface BenchCase {
  readonly name: string;
  /** What against what. */
  readonly summary: string;
  /** Of both values: `µs/request`. */
  readonly unit: string;
  readonly target: Target;
  /** By name of a figure what it must at most be. @default none */
  readonly limits?: Readonly<Record<string, number>>;
  readonly prepare: () => Promise<Contest>;
}

export interface Result {
  readonly case: string;
  /** Median over the rounds of subject / reference. */
  readonly ratio: number;
  readonly target: string;
  readonly holds: boolean;
  readonly correct: boolean;
  /** Smallest and largest ratio of a round. */
  readonly spread: readonly [number, number];
  readonly figures: Readonly<Record<string, number>>;
}

export interface RunOptions {
  /** @default 5 */
  readonly rounds?: number;
  /** Is told what is going on now. */
  readonly progress?: (doing: string) => void;
}

/** Rounds, in each the subject and the reference, in turns of order. A further first one, discarded, warms both up. */
export async function runCase(bench: BenchCase, { rounds = 5, progress }: RunOptions = {}): Promise<Result> {
  progress?.('preparing');
  const contest = await bench.prepare();
  try {
    const subjects: number[] = [];
    const references: number[] = [];
    let correct = true;
    for (let round = 0; round <= rounds; round += 1) {
      progress?.(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      const [subject, reference] = await oneRound(contest, round % 2 === 0);
      correct &&= subject.correct && reference.correct;
      if (round === 0) continue;
      subjects.push(subject.value);
      references.push(reference.value);
    }
    const ratios = subjects.map((value, round) => value / (references[round] ?? Number.NaN));
    const ratio = median(ratios);
    progress?.('further figures');
    const figures = (await contest.figures?.()) ?? {};
    const limits = Object.entries(bench.limits ?? {});
    const within = bench.target.bound === 'at most' ? ratio <= bench.target.ratio : ratio >= bench.target.ratio;
    return {
      case: bench.name,
      ratio: round3(ratio),
      target: [
        `${bench.target.bound} ${bench.target.ratio}`,
        ...limits.map(([name, most]) => `${name} at most ${most}`),
      ].join(', '),
      holds: within && limits.every(([name, most]) => (figures[name] ?? Number.NaN) <= most),
      correct,
      spread: [round3(Math.min(...ratios)), round3(Math.max(...ratios))],
      figures: {
        [`subject ${bench.unit}`]: round3(median(subjects)),
        [`reference ${bench.unit}`]: round3(median(references)),
        ...figures,
      },
    };
  } finally {
    await contest.close();
  }
}

async function oneRound({ subject, reference }: Contest, subjectFirst: boolean): Promise<[Sample, Sample]> {
  if (subjectFirst) {
    const first = await subject();
    return [first, await reference()];
  }
  const first = await reference();
  return [await subject(), first];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** How many of the things that `run` does it does in a second. */
export async function perSecond(count: number, run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return (count / (performance.now() - started)) * 1_000;
}

/** Does it with each item, at most `width` of them at once. */
export async function inLanes<T>(width: number, items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const next = items.values();
  const lane = async () => {
    for (const item of next) await run(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

const round3 = (value: number) => Math.round(value * 1000) / 1000;
