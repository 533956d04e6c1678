/** What one replica of a workload uses. Memory in MiB, processor time in thousandths of a core. */
export interface Footprint {
  /** Memory some time after the start. */
  readonly rest: number;
  /** The most memory that was seen under load. */
  readonly most: number;
  /** Of that, what lay outside of V8's heap: code, stacks, buffers, what libraries in C have. */
  readonly outside: number;
  /** At the rate that a replica is to take. */
  readonly cpu: number;
  /** More than the main thread works: hashes, pictures, compression. @default false */
  readonly threads?: boolean;
}

/**
 * By the name of the workload, from `npm run footprint`; docs/scale.md has the run, what it did not do, and the rates that
 * `cpu` is for.
 */
export const footprints = {
  'auth-api': { rest: 185, most: 285, outside: 205, cpu: 355, threads: true },
  'mail-worker': { rest: 190, most: 265, outside: 180, cpu: 70 },
  'members-api': { rest: 175, most: 200, outside: 140, cpu: 85 },
  'performances-api': { rest: 320, most: 345, outside: 300, cpu: 120, threads: true },
  // With 50,000 performances, whose texts lie outside of the heap.
  'performances-catalogue': { rest: 520, most: 540, outside: 400, cpu: 110 },
  'performances-collector': { rest: 265, most: 265, outside: 185, cpu: 35 },
  // Sold out by a thousand buyers at once.
  'reservation-api': { rest: 205, most: 480, outside: 220, cpu: 90, threads: true },
  'reservation-worker': { rest: 200, most: 270, outside: 170, cpu: 50 },
  'web-server': { rest: 170, most: 180, outside: 135, cpu: 35 },
} as const satisfies Readonly<Record<string, Footprint>>;

/** Of pods that work for a moment: migrations, and checks of a canary, which are less. */
export const taskFootprint: Footprint = { rest: 155, most: 155, outside: 110, cpu: 30 };
