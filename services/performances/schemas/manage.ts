import { z } from 'zod';
import {
  date,
  genre,
  hallId,
  instant,
  longText,
  region,
  saleWindow,
  seatMapId,
  shortText,
  text,
  title,
  venueId,
  won,
} from './common.ts';

/** Every record of the write side: its version is its ETag. */
const recorded = { id: z.uuid(), version: z.int(), createdAt: instant, updatedAt: instant };

export const NewVenue = z
  .object({
    name: shortText.meta({ examples: ['별빛아트홀'] }),
    region,
    address: shortText,
    latitude: z.number().min(-90).max(90).nullable().default(null),
    longitude: z.number().min(-180).max(180).nullable().default(null),
    phone: text(0, 30).nullable().default(null),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .nullable()
      .default(null),
  })
  .meta({ id: 'NewVenue' });
export const Venue = NewVenue.extend({ ...recorded, halls: z.array(z.object({ id: hallId, name: z.string() })) }).meta({
  id: 'Venue',
});

export const NewHall = z.object({ name: shortText.meta({ examples: ['대극장'] }) }).meta({ id: 'NewHall' });
export const Hall = NewHall.extend({ ...recorded, venueId }).meta({ id: 'Hall' });

export const SeatMapRecord = z
  .object({
    ...recorded,
    hallId,
    name: shortText,
    units: z.int().meta({ description: 'Seats and standing places, blocked ones included' }),
    sections: z.array(z.object({ name: z.string(), kind: z.enum(['seated', 'standing']), units: z.int() })),
  })
  .meta({ id: 'SeatMapRecord' });

export const NewPerformance = z
  .object({
    title,
    genre,
    venueId,
    startDate: date,
    endDate: date,
    cast: z.array(shortText).max(200).default([]),
    crew: z.array(shortText).max(200).default([]),
    ageLimit: z.int().min(0).max(99).default(0).meta({ description: 'Full years; 0 for everybody' }),
    runningMinutes: z.int().min(1).max(1440).nullable().default(null),
    synopsis: longText.default(''),
    cancellationPolicy: z
      .enum(['standard', 'play', 'none'])
      .default('standard')
      .meta({ description: 'Which fee table applies when a ticket is given back' }),
  })
  .refine((given) => given.startDate <= given.endDate, { path: ['endDate'], message: 'ends before it starts' })
  .meta({ id: 'NewPerformance' });

export const PerformanceRecord = z
  .object({
    ...recorded,
    ...NewPerformance.shape,
    organizerId: z.uuid().nullable(),
    cancelled: z.boolean(),
    posters: z.array(z.object({ id: z.uuid(), widths: z.array(z.int()) })),
  })
  .meta({ id: 'PerformanceRecord' });

export const PriceGrade = z.object({
  grade: text(1, 30).meta({ examples: ['VIP'] }),
  price: won,
  /** Section names of the seat map; together the grades cover every unit that is not blocked, each once. */
  sections: z.array(shortText).max(500).default([]),
  /** Single rows of a section, where a section is divided. */
  rows: z
    .array(z.object({ section: shortText, row: text(1, 16) }))
    .max(2000)
    .default([]),
});

export const SaleWindow = z
  .object({
    ...saleWindow.shape,
    name: shortText.nullable().default(null),
    /**
     * For a presale; buyers show it. Kept hashed, never shown again. Without one, a session that is replaced keeps that of
     * its presale of the same name; null takes it away.
     */
    code: z.string().trim().min(4).max(64).nullish(),
  })
  .refine((given) => Date.parse(given.opensAt) < Date.parse(given.closesAt), {
    path: ['closesAt'],
    message: 'closes before it opens',
  })
  .refine((given) => given.kind === 'presale' || typeof given.code !== 'string', {
    path: ['code'],
    message: 'only a presale has one',
  });

export const PresaleCodes = z
  .object({
    presales: z.array(
      z.object({
        opensAt: z.iso.datetime(),
        closesAt: z.iso.datetime(),
        /** `none`: it asks for none. */
        code: z.enum(['none', 'right', 'wrong']),
      }),
    ),
  })
  .meta({ id: 'PresaleCodes' });

export const NewSession = z
  .object({
    startsAt: instant,
    hallId,
    /** Without a map the session is listed and not sold here. */
    seatMapId: seatMapId.nullable().default(null),
    grades: z.array(PriceGrade).min(1).max(50),
    saleWindows: z.array(SaleWindow).max(20).default([]),
    perMemberLimit: z.int().min(1).max(100).default(4),
  })
  .meta({ id: 'NewSession' });

export const SessionRecord = z
  .object({
    ...recorded,
    performanceId: z.uuid(),
    cancelled: z.boolean(),
    startsAt: instant,
    hallId,
    seatMapId: seatMapId.nullable(),
    grades: z.array(PriceGrade.extend({ units: z.int() })),
    saleWindows: z.array(saleWindow.extend({ hasCode: z.boolean() })),
    perMemberLimit: z.int(),
  })
  .meta({ id: 'SessionRecord' });

export const AuditEntry = z
  .object({
    at: instant,
    by: z.string().meta({ description: 'Member id, or `collector`' }),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.uuid() }),
    before: z.unknown().nullable(),
    after: z.unknown().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const CollectorRun = z
  .object({
    id: z.uuid(),
    state: z.enum(['running', 'finished', 'failed', 'abandoned']),
    startedAt: instant,
    finishedAt: instant.nullable(),
    step: z.string().meta({ description: 'Where it is, or was when it stopped' }),
    counts: z.object({ read: z.int(), created: z.int(), updated: z.int(), unchanged: z.int(), rejected: z.int() }),
    error: z.string().nullable(),
  })
  .meta({ id: 'CollectorRun' });

export const Reject = z
  .object({
    id: z.uuid(),
    runId: z.uuid(),
    sourceId: z.string().meta({ description: 'Id at KOPIS', examples: ['PF123456'] }),
    kind: z.enum(['venue', 'performance', 'ranking']),
    field: z.string(),
    value: z.string().meta({ description: 'What could not be understood, shortened' }),
    reason: z.string(),
    state: z.enum(['open', 'corrected', 'resolved', 'ignored']),
    correction: z.string().nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
  })
  .meta({ id: 'Reject' });
