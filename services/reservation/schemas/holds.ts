import { z } from 'zod';
import { grade, holdId, instant, Label, sessionId, unit, won } from './common.ts';

const wanted = {
  sessionId,
  presaleCode: z.string().min(1).max(100).optional().meta({ description: 'Asked for while only a presale is open' }),
  pass: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'From the waiting room, where the session has one' }),
  offerId: z.uuid().toLowerCase().optional().meta({ description: 'Of the waitlist, whose seats these are' }),
};
/** More than any session allows one member; the session's own limit is told apart from it. */
export const maxSeats = 20;

export const HoldRequest = z
  .union([
    z.strictObject({ ...wanted, seats: z.array(unit).min(1).max(maxSeats) }),
    z.strictObject({
      ...wanted,
      grade,
      quantity: z.int().min(1).max(maxSeats),
      wheelchair: z.boolean().optional().meta({ description: 'Places for wheelchairs; others are never given them' }),
    }),
  ])
  .meta({ id: 'HoldRequest', description: 'These seats, or the best that are free of a grade' });
export type HoldRequest = z.output<typeof HoldRequest>;

export const HeldSeat = z.object({ unit, label: Label, grade, price: won }).meta({ id: 'HeldSeat' });

export const Hold = z
  .object({
    id: holdId,
    sessionId,
    seats: z.array(HeldSeat),
    ticketTotal: won,
    fee: won,
    total: won,
    expiresAt: instant.meta({ description: "By the server's clock" }),
    extendable: z.boolean(),
    payment: z
      .object({ provider: z.literal('toss'), orderId: z.string(), amount: won })
      .nullable()
      .meta({ description: 'What to ask the payment service for; null when there is nothing to pay' }),
  })
  .meta({ id: 'Hold' });
export type Hold = z.output<typeof Hold>;
