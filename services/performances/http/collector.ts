import { type Handlers, problem } from '@ticketaka/platform/http';
import type { Database } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { z } from 'zod';
import type { api } from '../api.ts';
import { correctReject, findReject, listRejects } from '../collector/store/rejects.ts';
import { enterRun, findRun, listRuns } from '../collector/store/runs.ts';
import { errors } from '../errors.ts';
import type { Reject } from '../schemas/manage.ts';
import type { Schema } from '../store/schema.ts';
import { pageOf, readCursor } from './cursor.ts';

type CollectorHandlers = Pick<
  Handlers<typeof api>,
  'startCollectorRun' | 'listCollectorRuns' | 'listRejects' | 'correctReject' | 'retryReject'
>;

/** The collector is another process: what an admin asks of it is a row that it finds due. */
export function collectorHandlers({ db }: { readonly db: Database<Schema> }): CollectorHandlers {
  return {
    async startCollectorRun({ principal, log }) {
      const id = await db.transaction((trx) => enterRun(trx));
      const run = id === undefined ? undefined : await findRun(db.kysely, id);
      if (!run) throw problem(errors, 'run_in_progress');
      log.info({ by: principal.memberId, run: run.id }, 'collector run asked for');
      return { status: 202, body: run };
    },

    async listCollectorRuns({ query: { limit, cursor } }) {
      const before = readCursor(z.uuid(), cursor);
      const { page: runs, ...more } = pageOf(await listRuns(db.kysely, { limit: limit + 1, before }), limit, idOf);
      return { status: 200, body: { runs, ...more } };
    },

    async listRejects({ query: { state, limit, cursor } }) {
      const before = readCursor(z.uuid(), cursor);
      const found = await listRejects(db.kysely, { state, limit: limit + 1, before });
      const { page: rejects, ...more } = pageOf(found, limit, idOf);
      return { status: 200, body: { rejects, ...more } };
    },

    async correctReject({ params: { rejectId }, body, principal, log }) {
      if (!(await correctReject(db.kysely, rejectId, body))) throw problem(errors, 'reject_not_found');
      log.info({ by: principal.memberId, reject: rejectId, ignore: body.ignore }, 'reject corrected');
      return { status: 200, body: await present(rejectId) };
    },

    async retryReject({ params: { rejectId } }) {
      const reject = await present(rejectId);
      const due_at = sql<Date>`NOW(3)`;
      await db.kysely.insertInto('collector_jobs').values({ kind: 'retry', reject_id: rejectId, due_at }).execute();
      return { status: 202, body: reject };
    },
  };

  async function present(id: string): Promise<z.output<typeof Reject>> {
    const reject = await findReject(db.kysely, id);
    if (!reject) throw problem(errors, 'reject_not_found');
    return reject;
  }
}

const idOf = ({ id }: { readonly id: string }) => id;
