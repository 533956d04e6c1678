import { priceUnits } from '../../../services/performances/domain/prices.ts';
import type { PerformanceDocument } from '../../../services/performances/schemas/feed.ts';
import type { SeatMapDocument } from '../../../services/performances/schemas/seat-map.ts';

export const seatMapId = '0193e3a0-7b3c-7000-8000-00000000abcd';
const prices = [165_000, 154_000, 132_000, 110_000];

/** The performance again, its first session now in a stadium, its sections priced in turns. */
export function stadiumShow(document: PerformanceDocument, map: SeatMapDocument): PerformanceDocument {
  const grades = prices.map((price, index) => ({
    grade: `${index + 1}`,
    price,
    sections: map.sections.filter((_, at) => at % prices.length === index).map(({ name }) => name),
    rows: [],
  }));
  const pricing = priceUnits(map, grades);
  if ('faults' in pricing) throw new Error('the prices do not fit the stadium');
  const { capacity, units, gradeRuns } = pricing.priced;
  const sold = grades.map(({ grade, price }, at) => ({ grade, price, units: units[at] ?? 0 }));
  const [first, ...others] = document.sessions;
  if (!first) throw new Error('it has no session');
  const session = { ...first, seatMapId, capacity, grades: sold, gradeRuns: [...gradeRuns] };
  return { ...document, version: document.version + 1, sessions: [session, ...others] };
}
