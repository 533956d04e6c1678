import type { Series } from './promtool.ts';

/** A sick platform: what differs from a healthy one, and the alerts that must then fire, and no others. */
export interface AlertCase {
  readonly name: string;
  /** Replaces the healthy series of the same name and labels. */
  readonly series: readonly Series[];
  /** When to look. */
  readonly at: string;
  /** `Name severity`, sorted. */
  readonly fires: readonly string[];
}
