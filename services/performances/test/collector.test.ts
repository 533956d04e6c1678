import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let server: PerformancesServer;
beforeAll(async () => {
  server = await startPerformances();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

async function insertReject(sourceId: string) {
  const id = newId();
  await server.database.query(
    `INSERT INTO collector_rejects (id, run_id, source_id, kind, field, value, value_hash, reason, state)
     VALUES (?, ?, ?, 'performance', 'dtguidance', '격주 수요일(20:00)', REPEAT('0', 64), 'not a weekday: 격주수요일', 'open')`,
    [id, newId(), sourceId],
  );
  return id;
}

describe('an admin', () => {
  it('asks for a run, once at a time', async () => {
    const admin = server.caller(['admin']);
    const asked = await admin.send('POST', '/collector/runs');
    expect(asked).toMatchObject({ status: 202, body: { state: 'running', step: 'waiting', finishedAt: null } });
    expect(await admin.send('POST', '/collector/runs')).toMatchObject({
      status: 409,
      body: { code: 'run_in_progress' },
    });
    expect(await admin.send('GET', '/collector/runs')).toMatchObject({ status: 200, body: { runs: [asked.body] } });
    const jobs = await server.database.query(`SELECT kind FROM collector_jobs WHERE run_id = ?`, [asked.body['id']]);
    expect(jobs).toMatchObject([{ kind: 'run' }]);
  });

  it('reads what was not understood page by page, corrects it, and has it read again', async () => {
    const admin = server.caller(['admin']);
    for (const sourceId of ['PF000001', 'PF000002', 'PF000003']) await insertReject(sourceId);
    const first = await admin.send('GET', '/collector/rejects?limit=2');
    expect(first).toMatchObject({
      status: 200,
      body: { rejects: [{ sourceId: 'PF000003', reason: 'not a weekday: 격주수요일' }, { sourceId: 'PF000002' }] },
    });
    const second = await admin.send('GET', `/collector/rejects?limit=2&cursor=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ rejects: [{ sourceId: 'PF000001' }] });
    expect(second.body['next']).toBeUndefined();

    const id = await insertReject('PF000004');
    const path = `/collector/rejects/${id}`;
    expect(await admin.send('PUT', path, { body: { correction: '수요일(20:00)' } })).toMatchObject({
      status: 200,
      body: { id, state: 'corrected', correction: '수요일(20:00)' },
    });
    expect((await admin.send('GET', '/collector/rejects?state=corrected')).body).toMatchObject({ rejects: [{ id }] });
    expect(await admin.send('POST', `${path}/retry`)).toMatchObject({ status: 202, body: { id } });
    const jobs = await server.database.query('SELECT kind FROM collector_jobs WHERE reject_id = ?', [id]);
    expect(jobs).toMatchObject([{ kind: 'retry' }]);
    expect(await admin.send('PUT', path, { body: { correction: null, ignore: true } })).toMatchObject({
      body: { state: 'ignored', correction: null },
    });
  });

  it('is told of what is not there', async () => {
    const admin = server.caller(['admin']);
    const path = `/collector/rejects/${newId()}`;
    const missing = { status: 404, body: { code: 'reject_not_found' } };
    expect(await admin.send('PUT', path, { body: { correction: 'x' } })).toMatchObject(missing);
    expect(await admin.send('POST', `${path}/retry`)).toMatchObject(missing);
    expect(await admin.send('GET', '/collector/runs?cursor=x')).toMatchObject({ status: 400 });
  });
});

it.each([
  ['POST', '/collector/runs'],
  ['GET', '/collector/runs'],
  ['GET', '/collector/rejects'],
])('%s %s is for admins only', async (method, path) => {
  expect((await server.caller(['organizer']).send(method, path)).status).toBe(403);
  expect((await server.caller(undefined).send(method, path)).status).toBe(401);
});
