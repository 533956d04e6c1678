import { z } from 'zod';
import { shortText, text } from './common.ts';

/**
 * A place that is sold by itself. Coordinates are in units of the map, x to the right and y away from the stage;
 * one unit is about the distance of two seats.
 */
export const Seat = z.object({
  /** Number in its row as it is printed on the ticket: `12`. */
  number: text(1, 8),
  x: z.number().min(-100_000).max(100_000),
  y: z.number().min(-100_000).max(100_000),
  /** @default an ordinary seat */
  kind: z.enum(['seat', 'wheelchair', 'companion']).optional(),
  /** Never sold: a pillar, a technical place. */
  blocked: z.boolean().optional(),
});

export const Row = z.object({ name: text(1, 16), seats: z.array(Seat).min(1).max(500) });

export const SeatedSection = z.object({
  kind: z.literal('seated'),
  name: shortText,
  /** `1`, `2`, … or a name of its own. */
  floor: text(1, 16).optional(),
  rows: z.array(Row).min(1).max(500),
});

export const StandingSection = z.object({
  kind: z.literal('standing'),
  name: shortText,
  floor: text(1, 16).optional(),
  /** Numbered units, 1 to capacity. */
  capacity: z.int().min(1).max(100_000),
  /** Outline for the page: x, y pairs. */
  outline: z
    .array(z.tuple([z.number(), z.number()]))
    .min(3)
    .max(100)
    .optional(),
});

export const Section = z.discriminatedUnion('kind', [SeatedSection, StandingSection]);

/**
 * The geometry of a hall in one arrangement. Every seat and every standing place is a unit; units are numbered 0, 1, 2 …
 * in the order of this document, and a published map never changes, so that a number always means the same place.
 */
export const SeatMapDocument = z
  .object({ sections: z.array(Section).min(1).max(500) })
  .meta({ id: 'SeatMapDocument', description: 'At most 100 000 units; names are unique in their section and row' });
export type SeatMapDocument = z.output<typeof SeatMapDocument>;
