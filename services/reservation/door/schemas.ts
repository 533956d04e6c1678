import { z } from 'zod';
import { grade, instant, Label, sessionId, ticketId } from '../schemas/common.ts';

const count = z.int().min(0);
const entry = { at: instant, gate: z.string() };
/** A device that was without a connection for an hour, at a busy gate. */
const mostScans = 500;

export const CheckInRequest = z
  .strictObject({
    sessionId,
    gate: z.string().trim().min(1).max(64).meta({ description: 'The gate or device' }),
    scans: z
      .array(
        z.strictObject({
          scanId: z
            .string()
            .min(1)
            .max(64)
            .meta({ description: 'Chosen by the device for this scan: sent again it is answered as the first time' }),
          token: z.string().max(1000).meta({ description: 'What the code said, whatever it was' }),
          scannedAt: z.iso.datetime().optional().meta({
            description: 'Of a scan made without a connection, where the device let the person in by itself',
          }),
        }),
      )
      .min(1)
      .max(mostScans),
  })
  .meta({ id: 'CheckInRequest' });

const ScanOutcome = z
  .union([
    z.object({ kind: z.enum(['admitted', 'cancelled', 'superseded', 'invalid']) }),
    z.object({ kind: z.literal('already'), ...entry }),
    z.object({ kind: z.literal('wrong-session'), sessionId }),
  ])
  .meta({ id: 'ScanOutcome' });

const DuplicateEntry = z
  .object({ ticketId, first: z.object(entry), others: z.array(z.object(entry)) })
  .meta({ id: 'DuplicateEntry', description: 'More than one person went in with this ticket' });

export const CheckInReport = z
  .object({
    results: z.array(
      z.object({
        scanId: z.string(),
        outcome: ScanOutcome,
        ticket: z.object({ id: ticketId, label: Label, grade }).optional(),
      }),
    ),
    duplicates: z.array(DuplicateEntry),
  })
  .meta({ id: 'CheckInReport' });

export const DoorCounts = z
  .object({
    admitted: count,
    valid: count.meta({ description: 'Tickets that may go in, or have gone in' }),
    duplicates: z.array(DuplicateEntry),
  })
  .meta({ id: 'DoorCounts' });

export const Revocations = z
  .object({
    revoked: z.array(
      z.object({
        ticketId,
        goodSerial: z
          .int()
          .min(0)
          .nullable()
          .meta({ description: 'The one serial that is good, or null: the ticket was cancelled' }),
      }),
    ),
  })
  .meta({ id: 'Revocations' });

export const TicketKeySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        alg: z.literal('EdDSA'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'TicketKeySet', description: 'RFC 7517 and 8037' });
