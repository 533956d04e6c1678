import { z } from 'zod';
import { grade, instant, Label, reservationId, sessionId, ticketId, unit, won } from '../schemas/common.ts';

const count = z.int().min(0);

/** Of one Redis command, and so of one change. */
const mostBlocked = 500;
const mostComplimentary = 20;

const figures = {
  capacity: count,
  sold: count.meta({ description: 'Without complimentary ones' }),
  claimed: count.meta({ description: 'Waiting for their payment' }),
  held: count.nullable().meta({ description: 'Buyers are choosing; null while that is not known' }),
  blocked: count,
  complimentary: count,
  free: count,
  checkedIn: count,
};

export const Sales = z
  .object({
    sessionId,
    at: instant,
    total: z.object({
      ...figures,
      wonTaken: won.meta({ description: 'With booking fees' }),
      wonRefunded: won.meta({ description: 'Given back, or on its way; with booking fees' }),
    }),
    grades: z.array(
      z.object({
        grade,
        ...figures,
        wonTaken: won.meta({ description: 'Prices of the tickets' }),
        wonRefunded: won.meta({ description: 'Prices less cancellation fees' }),
      }),
    ),
  })
  .meta({ id: 'Sales' });
export type Sales = z.output<typeof Sales>;

const units = z
  .array(unit)
  .min(1)
  .max(mostBlocked)
  .refine((list) => new Set(list).size === list.length, 'a unit comes twice');

export const BlockRequest = z
  .strictObject({ units, reason: z.string().trim().min(1).max(200) })
  .meta({ id: 'BlockRequest' });

export const BlockReleaseRequest = z.strictObject({ units }).meta({ id: 'BlockReleaseRequest' });

export const ReleasedBlocks = z.object({ units: z.array(unit) }).meta({ id: 'ReleasedBlocks' });

export const Block = z
  .object({
    id: z.uuid(),
    units: z.array(unit).meta({ description: 'Those that are still held back' }),
    reason: z.string(),
    by: z.uuid().meta({ description: 'Member' }),
    at: instant,
  })
  .meta({ id: 'Block' });

export const Blocks = z.object({ blocks: z.array(Block) }).meta({ id: 'Blocks' });

const recipient = { memberId: z.uuid().toLowerCase().meta({ description: 'Who it is for' }) };

export const ComplimentaryRequest = z
  .union([
    z.strictObject({ ...recipient, units: z.array(unit).min(1).max(mostComplimentary) }),
    z.strictObject({ ...recipient, grade, quantity: z.int().min(1).max(mostComplimentary) }),
  ])
  .meta({ id: 'ComplimentaryRequest', description: 'These seats, or the best that are free of a grade' });
export type ComplimentaryRequest = z.output<typeof ComplimentaryRequest>;

export const Complimentary = z
  .object({ reservationId, tickets: z.array(z.object({ id: ticketId, unit, label: Label, grade })) })
  .meta({ id: 'Complimentary' });

export const Attendee = z
  .object({
    ticketId,
    reservationId,
    name: z.string().nullable().meta({ description: 'Of the buyer; null when they have left' }),
    label: Label,
    grade,
    kind: z.enum(['bought', 'complimentary']),
    state: z.enum(['valid', 'cancelled']),
    checkedInAt: instant.nullable(),
  })
  .meta({ id: 'Attendee' });

export const AttendeePage = z
  .object({ attendees: z.array(Attendee), next: z.string().optional() })
  .meta({ id: 'AttendeePage' });

export const SessionCancellationRequest = z
  .strictObject({ reason: z.string().trim().min(1).max(500) })
  .meta({ id: 'SessionCancellationRequest' });

export const SessionCancellation = z
  .object({
    id: z.uuid(),
    reason: z.string(),
    state: z.enum(['running', 'done']),
    total: count.meta({ description: 'Reservations that there were' }),
    done: count,
    failed: count.meta({ description: 'That could not be ended; asking for the cancellation again tries them again' }),
    refunds: z
      .object({ waiting: won, made: won, refused: won })
      .meta({ description: 'Won of the session, by what has become of them: refused ones have to be made by hand' }),
    startedAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'SessionCancellation' });
export type SessionCancellation = z.input<typeof SessionCancellation>;
