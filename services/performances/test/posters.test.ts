import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FileStore, openFileStore } from '@ticketaka/platform/file-store';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { startImages } from '../posters/test/image-server.ts';
import { pngOf, pngWith, quarters } from '../posters/test/pictures.ts';
import { PerformanceRecord } from '../schemas/manage.ts';
import type { Caller } from './caller.ts';
import { addPerformance, buildHouse, type House } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let server: PerformancesServer;
let images: Awaited<ReturnType<typeof startImages>>;
let files: FileStore;
let organizer: Caller;
let house: House;
let jpeg: Buffer;
beforeAll(async () => {
  server = await startPerformances({ sweepPollMs: 50 });
  const log = createLogger({ service: 'performances', workload: 'catalogue', level: 'silent' });
  files = openFileStore({ url: server.fileStoreUrl, log });
  images = await startImages(files);
  organizer = server.caller(['organizer']);
  house = await buildHouse(organizer);
  jpeg = await quarters(1000, 1400).jpeg().toBuffer();
});
afterAll(async () => {
  await images[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const postersOf = (performanceId: string) => `/performances/${performanceId}/posters`;

function upload(by: Caller, performanceId: string, { file = jpeg, type = 'image/jpeg' } = {}) {
  return by.upload(postersOf(performanceId), file, type);
}

/** The ids of the posters of a performance. */
async function shown(performanceId: string): Promise<string[]> {
  const { body } = await organizer.send('GET', `/performances/${performanceId}`);
  return PerformanceRecord.parse(body).posters.map(({ id }) => id);
}

async function added(performanceId: string): Promise<string> {
  const answer = await upload(organizer, performanceId);
  return PerformanceRecord.parse(answer.body).posters.at(-1)?.id ?? '';
}

const urlOf = (posterId: string, file: string) => `${images.url}/api/performances/posters/${posterId}/${file}`;
const imageOf = (posterId: string, width: number, init?: RequestInit) => fetch(urlOf(posterId, `${width}.webp`), init);
/** Files that are noted, and whether they are to go. */
const noted = async () =>
  z
    .array(z.object({ id: z.string(), due: z.number() }))
    .parse(await server.database.query('SELECT id, due_at IS NOT NULL AS due FROM poster_files'));
const makeDue = (id: string) =>
  server.database.query('UPDATE poster_files SET due_at = NOW(3) WHERE id = ? AND due_at IS NOT NULL', [id]);
const swept = (id: string) =>
  waitFor(async () => !(await noted()).some((row) => row.id === id), { timeoutMs: 10_000, what: 'the sweep' });

describe('adding a poster', () => {
  it('shows it in its widths, with the next version of the performance', async () => {
    const { id, version } = await addPerformance(organizer, house);
    const answer = await upload(organizer, id);
    expect(answer.status).toBe(201);
    const performance = PerformanceRecord.parse(answer.body);
    const [poster] = performance.posters;
    expect(performance.posters).toEqual([{ id: expect.any(String), widths: [160, 320, 640, 1000] }]);
    expect(performance.version).toBe(version + 1);
    expect(answer.headers.get('etag')).toBe(`"v${version + 1}"`);
    expect(answer.headers.get('location')).toBe(`/api/performances/posters/${poster?.id}/1000.webp`);
    for (const width of [160, 320, 640, 1000]) {
      const image = await imageOf(poster?.id ?? '', width);
      expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/webp']);
    }
  });

  it('publishes the performance as it is now, and writes down who did it', async () => {
    const { id, version } = await addPerformance(organizer, house);
    const posterId = await added(id);
    const [, change] = await server.changesOf(id, 2);
    expect(change).toMatchObject({ change: 'put', version: version + 1 });
    expect(change?.change === 'put' && change.document.poster?.widths[0]).toEqual({
      width: 160,
      url: `/api/performances/posters/${posterId}/160.webp`,
    });
    const { body } = await organizer.send('GET', `/performances/${id}/audit`);
    expect(body['entries']).toEqual([
      {
        at: expect.any(String),
        by: organizer.memberId,
        action: 'poster.added',
        subject: { kind: 'poster', id: posterId },
        before: null,
        after: { id: posterId, widths: [160, 320, 640, 1000] },
      },
      expect.objectContaining({ action: 'performance.created' }),
    ]);
  });

  it('looks at the content, not at what it is called', async () => {
    const { id } = await addPerformance(organizer, house);
    expect((await upload(organizer, id, { type: 'image/svg+xml' })).status).toBe(201);
    expect((await upload(organizer, id, { type: 'application/octet-stream' })).status).toBe(415);
  });

  it.each([
    ['text with the name of an image', async () => Buffer.from('not an image'), 'other_type'],
    ['SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'other_type'],
    ['half an image', async () => jpeg.subarray(0, jpeg.length / 2), 'damaged'],
    ['a bomb', async () => pngWith(40_000, 40_000), 'too_many_pixels'],
    ['a dot', () => pngOf(1, 1), 'too_small'],
  ])('refuses %s, says why, and keeps nothing of it', async (_, file, reason) => {
    const { id } = await addPerformance(organizer, house);
    const before = await noted();
    const answer = await upload(organizer, id, { file: await file() });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'image_invalid', reason, detail: expect.any(String) });
    expect(await shown(id)).toEqual([]);
    expect(await noted()).toEqual(before);
  });

  it('refuses more than 10 MB, and nothing at all', async () => {
    const { id } = await addPerformance(organizer, house);
    expect((await upload(organizer, id, { file: Buffer.alloc(10_000_001) })).status).toBe(413);
    expect((await organizer.send('POST', postersOf(id))).status).toBe(400);
  });

  it('stops at ten, also when many come at once', async () => {
    const { id } = await addPerformance(organizer, house);
    const small = { file: await pngOf(64, 64), type: 'image/png' };
    const answers = await Promise.all(Array.from({ length: 13 }, () => upload(organizer, id, small)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status !== 201).map(({ body }) => body['code']);
    expect(refused).toEqual(Array(3).fill('posters_full'));
    expect(await shown(id)).toHaveLength(10);
  });
});

describe('rights', () => {
  it('are those of the performance: another organiser finds nothing, an admin may', async () => {
    const { id } = await addPerformance(organizer, house);
    const posterId = await added(id);
    const other = server.caller(['organizer']);
    expect((await upload(other, id)).body).toMatchObject({ status: 404, code: 'performance_not_found' });
    const taken = await other.send('DELETE', `${postersOf(id)}/${posterId}`);
    expect(taken.body).toMatchObject({ status: 404, code: 'performance_not_found' });
    expect(await shown(id)).toEqual([posterId]);

    const admin = server.caller(['admin']);
    expect((await upload(admin, id)).status).toBe(201);
    expect((await admin.send('DELETE', `${postersOf(id)}/${posterId}`)).status).toBe(204);
  });

  it('are asked before the image is looked at', async () => {
    const { id } = await addPerformance(organizer, house);
    expect((await upload(server.caller(['organizer']), id, { file: Buffer.from('x') })).status).toBe(404);
    expect((await upload(organizer, newId())).status).toBe(404);
  });

  it('need a role', async () => {
    const { id } = await addPerformance(organizer, house);
    expect((await upload(server.caller(undefined), id)).status).toBe(401);
    expect((await upload(server.caller([]), id)).status).toBe(403);
    expect((await server.caller(undefined).send('DELETE', `${postersOf(id)}/${newId()}`)).status).toBe(401);
  });
});

describe('taking a poster down', () => {
  it('shows the others, publishes that, and writes it down', async () => {
    const { id, version } = await addPerformance(organizer, house);
    const [first, second] = [await added(id), await added(id)];
    expect((await organizer.send('DELETE', `${postersOf(id)}/${first}`)).status).toBe(204);
    expect(await shown(id)).toEqual([second]);
    const last = (await server.changesOf(id, 4)).at(-1);
    expect(last).toMatchObject({ change: 'put', version: version + 3 });
    expect(JSON.stringify(last)).toContain(second);
    expect(JSON.stringify(last)).not.toContain(first);
    const { body } = await organizer.send('GET', `/performances/${id}/audit?limit=1`);
    expect(body['entries']).toMatchObject([
      { action: 'poster.removed', before: { id: first, widths: [160, 320, 640, 1000] }, after: null },
    ]);
  });

  it('answers 404 the second time, and to a poster of another performance', async () => {
    const [one, other] = [await addPerformance(organizer, house), await addPerformance(organizer, house)];
    const posterId = await added(one.id);
    const elsewhere = await organizer.send('DELETE', `${postersOf(other.id)}/${posterId}`);
    expect(elsewhere.body).toMatchObject({ status: 404, code: 'poster_not_found' });
    expect((await organizer.send('DELETE', `${postersOf(one.id)}/${posterId}`)).status).toBe(204);
    expect((await organizer.send('DELETE', `${postersOf(one.id)}/${posterId}`)).status).toBe(404);
  });

  it('removes its files when nobody shows it any more', async () => {
    const { id } = await addPerformance(organizer, house);
    const posterId = await added(id);
    await organizer.send('DELETE', `${postersOf(id)}/${posterId}`);
    expect((await imageOf(posterId, 160)).status).toBe(200);
    await makeDue(posterId);
    await swept(posterId);
    expect((await imageOf(posterId, 160)).status).toBe(404);
    expect(await files.has(`posters/${posterId}/1000.webp`)).toBe(false);
  });
});

describe('the sweep', () => {
  it('removes what an upload left that came to nothing', async () => {
    const orphan = newId();
    const key = `posters/${orphan}/160.webp`;
    await files.put(key, Buffer.from('x'), { contentType: 'image/webp' });
    await server.database.query(
      "INSERT INTO poster_files (id, widths, due_at) VALUES (?, '[160, 320]', NOW(3) + INTERVAL 1 HOUR)",
      [orphan],
    );
    await makeDue(orphan);
    await swept(orphan);
    expect(await files.has(key)).toBe(false);
  });

  it('never touches what is shown', async () => {
    const { id } = await addPerformance(organizer, house);
    const posterId = await added(id);
    expect((await noted()).find((row) => row.id === posterId)).toEqual({ id: posterId, due: 0 });
  });

  it('is not raced by an upload that was too slow: that fails as a whole', async () => {
    const { id } = await addPerformance(organizer, house);
    const before = await noted();
    await server.database.query(
      'CREATE TRIGGER too_slow BEFORE INSERT ON poster_files FOR EACH ROW SET NEW.due_at = NOW(3) - INTERVAL 1 SECOND',
    );
    try {
      expect((await upload(organizer, id)).status).toBe(500);
    } finally {
      await server.database.query('DROP TRIGGER too_slow');
    }
    expect(await shown(id)).toEqual([]);
    await waitFor(async () => (await noted()).length === before.length, { timeoutMs: 10_000, what: 'the sweep' });
  });
});

describe('an image', () => {
  it('may be kept by everybody for a year, and is named by a strong tag', async () => {
    const { id } = await addPerformance(organizer, house);
    const posterId = await added(id);
    const image = await imageOf(posterId, 320);
    expect(image.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = image.headers.get('etag') ?? '';
    expect(etag).toBe(`"${posterId}/320.webp"`);
    expect(image.headers.get('x-content-type-options')).toBe('nosniff');
    expect(image.headers.get('content-encoding')).toBeNull();
    const { length } = await image.bytes();
    expect(image.headers.get('content-length')).toBe(String(length));

    const again = await imageOf(posterId, 320, { headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect(again.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const head = await imageOf(posterId, 320, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(length)]);
    expect((await imageOf(posterId.toUpperCase(), 320)).status).toBe(200);
  });

  it.each([
    [`${newId()}/160.webp`, { status: 404, code: 'poster_not_found' }],
    [`${newId()}/160.png`, { status: 400, code: 'invalid_request' }],
    [`${newId()}/..%2f160.webp`, { status: 404 }],
    ['..%2f..%2fetc/160.webp', { status: 404 }],
  ])('that is not there, as %s, is a problem that nobody keeps', async (path, problem) => {
    const answer = await fetch(`${images.url}/api/performances/posters/${path}`);
    expect(answer.status).toBe(problem.status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject(problem);
  });

  it('has one address', async () => {
    const { id } = await addPerformance(organizer, house);
    expect((await fetch(urlOf(await added(id), '0160.webp'))).status).toBe(404);
  });
});
