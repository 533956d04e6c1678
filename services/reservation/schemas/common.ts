import { z } from 'zod';

/** Compared as text everywhere, so it is written in one way. */
const id = () => z.uuid().toLowerCase();

export const sessionId = id().meta({ description: 'Session', examples: ['0193e3a0-7b3c-7000-8000-6f1a2b3c4d5e'] });
export const performanceId = id().meta({ examples: ['0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e'] });
export const reservationId = id().meta({
  description: 'Reservation',
  examples: ['0193e3a0-7b3c-7000-8000-8f1a2b3c4d5e'],
});
export const ticketId = id().meta({ description: 'Ticket', examples: ['0193e3a0-7b3c-7000-8000-9f1a2b3c4d5e'] });
/** The session, so that it is found where the session is, and 128 bits that nobody guesses. */
export const holdId = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{22}$/)
  .meta({ description: 'Hold', examples: ['0193e3a0-7b3c-7000-8000-6f1a2b3c4d5e.q1x0Tn2u7mXc9vB4aZ8kLw'] });
export const unit = z
  .int()
  .min(0)
  .max(99_999)
  .meta({ description: "Place in the order of the session's seat map, from 0", examples: [412] });
export const won = z
  .int()
  .min(0)
  .meta({ description: 'Won', examples: [140_000] });
export const instant = z.iso.datetime().meta({ examples: ['2026-12-24T10:30:00.000Z'] });
export const grade = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Name of a grade', examples: ['R석'] });

/** Where a unit is, as it is printed on a ticket. */
export const Label = z
  .object({
    section: z.string(),
    floor: z.string().optional(),
    row: z.string().optional().meta({ description: 'Absent in a standing area' }),
    number: z.string().meta({ description: 'Of the seat in its row, or of the standing place' }),
  })
  .meta({ id: 'SeatLabel' });
export type Label = z.output<typeof Label>;
