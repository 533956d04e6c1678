import type { Handlers } from '@ticketaka/platform/http';
import { z } from 'zod';
import type { api } from '../api.ts';
import { listAudit } from '../store/audit.ts';
import { listPerformances } from '../store/performances.ts';
import type { Parts } from '../use-cases/parts.ts';
import { cancelPerformance, createPerformance, performanceOf, replacePerformance } from '../use-cases/performances.ts';
import { pageOf, readCursor } from './cursor.ts';
import { locations } from './locations.ts';
import { personOf } from './person.ts';
import { created, found } from './versioned.ts';

type PerformanceHandlers = Pick<
  Handlers<typeof api>,
  | 'createPerformance'
  | 'listMyPerformances'
  | 'getMyPerformance'
  | 'updatePerformance'
  | 'cancelPerformance'
  | 'readAudit'
>;

export function performanceHandlers(parts: Parts): PerformanceHandlers {
  const { kysely } = parts.db;
  return {
    async createPerformance({ body, principal }) {
      const performance = await createPerformance(parts, personOf(principal), body);
      return created(performance, locations.performance(performance.id));
    },

    async listMyPerformances({ query: { query, limit, cursor }, principal }) {
      const { memberId, admin } = personOf(principal);
      const organizerId = admin ? undefined : memberId;
      const after = readCursor(z.uuid(), cursor);
      const rows = await listPerformances(kysely, { organizerId, query, limit: limit + 1, after });
      const { page, ...next } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { performances: page, ...next } };
    },

    async getMyPerformance({ params: { performanceId }, principal }) {
      return found(await performanceOf(kysely, personOf(principal), performanceId));
    },

    async updatePerformance({ params: { performanceId }, body, headers, principal }) {
      const change = { id: performanceId, ifMatch: headers['if-match'], given: body };
      return found(await replacePerformance(parts, personOf(principal), change));
    },

    async cancelPerformance({ params: { performanceId }, headers, principal }) {
      const target = { id: performanceId, ifMatch: headers['if-match'] };
      return found(await cancelPerformance(parts, personOf(principal), target));
    },

    async readAudit({ params: { performanceId }, query: { limit, cursor }, principal }) {
      await performanceOf(kysely, personOf(principal), performanceId);
      const before = readCursor(z.int(), cursor);
      const rows = await listAudit(kysely, { performanceId, limit: limit + 1, before });
      const { page, ...next } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { entries: page.map(({ entry }) => entry), ...next } };
    },
  };
}
