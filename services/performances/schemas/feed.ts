import { defineMessage } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { PerformanceDetail, SessionSummary } from './catalogue.ts';
import { performanceId, sessionId } from './common.ts';

/**
 * The whole of a performance as the read side shows it. What depends on the clock (`state`) or on other performances
 * (`rank`) is not in it.
 */
export const PerformanceDocument = PerformanceDetail.omit({ state: true, rank: true, sessionCount: true }).extend({
  version: z.int().min(1),
  cancelled: z.boolean(),
  cancellationPolicy: z.string(),
  organizerId: z.uuid().nullable(),
  sessions: z.array(
    SessionSummary.extend({
      /** For each unit of the seat map the index into `grades`, −1 where blocked: [index, count, …]. */
      gradeRuns: z.array(z.int()),
    }),
  ),
});
export type PerformanceDocument = z.output<typeof PerformanceDocument>;

/** A change, whole: the newest version of a document makes every older one unneeded. */
export const changeFeed = defineMessage({
  service: 'performances',
  type: 'performances.changed',
  summary: 'A performance was added, changed or removed; carries all that the catalogue shows of it',
  data: z.discriminatedUnion('change', [
    z.object({ change: z.literal('put'), performanceId, version: z.int().min(1), document: PerformanceDocument }),
    z.object({ change: z.literal('removed'), performanceId, version: z.int().min(1) }),
  ]),
});

/** Of a session that has taken place nothing is published: whether its buyers get anything back is another matter. */
export const sessionCancelled = defineMessage({
  service: 'performances',
  type: 'session.cancelled',
  summary: 'A session to come was called off, by itself or with its performance',
  data: z.object({ sessionId, performanceId, cancelledBy: z.uuid() }),
});
