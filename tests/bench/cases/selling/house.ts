import { z } from 'zod';
import { makeShow, type Show, type ShowOptions } from '../../../../services/reservation/test/shows.ts';

/** Seats of a row, rows of a section. */
const row = 50;
const rows = 40;

/** What is sold: seats in sections of 2,000, or places to stand. */
export const House = z.object({
  kind: z.enum(['seats', 'standing']),
  units: z.int().multipleOf(row * rows),
  perMemberLimit: z.int(),
});
export type House = z.output<typeof House>;

export const grade = 'R';

/** A session of the house, on sale for everybody. */
export function showIn({ kind, units, perMemberLimit }: House, sessionId: string): Show {
  const sections: ShowOptions['sections'] =
    kind === 'standing'
      ? [{ kind, name: 'F', capacity: units }]
      : Array.from({ length: units / (row * rows) }, (_, section) => ({
          kind: 'seated',
          name: `${section + 1}구역`,
          floor: '1',
          rows: Array.from({ length: rows }, (__, y) => ({
            name: String(y + 1),
            seats: Array.from({ length: row }, (___, x) => ({ number: String(x + 1), x, y })),
          })),
        }));
  const show = makeShow({ sections, grades: [[grade, 99_000, units]], perMemberLimit });
  return { ...show, session: { ...show.session, id: sessionId } };
}
