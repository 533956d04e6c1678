import type { State } from '../schemas/common.ts';
import { dayInSeoul } from './seoul.ts';

interface Dated {
  /** First and last day in Asia/Seoul, both inclusive. */
  readonly startDate: string;
  readonly endDate: string;
  readonly cancelled: boolean;
}

/** What a performance is on a day in Asia/Seoul. Its last day is still `running`. */
export function stateOn(day: string, { startDate, endDate, cancelled }: Dated): State {
  if (cancelled) return 'cancelled';
  if (day < startDate) return 'upcoming';
  return day > endDate ? 'ended' : 'running';
}

/** What a performance is now. It changes at midnight in Asia/Seoul, so it is derived whenever it is asked for. */
export function stateAt(now: Date, performance: Dated): State {
  return stateOn(dayInSeoul(now), performance);
}
