import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openFileStore } from '@ticketaka/platform/file-store';
import { startS3 } from '@ticketaka/platform/file-store/test';
import { createLogger } from '@ticketaka/platform/log';
import { waitFor } from '@ticketaka/platform/testing';
import { startImages } from '../posters/test/image-server.ts';
import { quarters } from '../posters/test/pictures.ts';
import { PerformanceRecord } from '../schemas/manage.ts';
import type { Caller } from './caller.ts';
import { addPerformance, buildHouse, type House } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

const known = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'wJal/rXU+tnFEMI', region: 'ap-northeast-2' };
let s3: Awaited<ReturnType<typeof startS3>>;
let server: PerformancesServer;
let images: Awaited<ReturnType<typeof startImages>>;
let organizer: Caller;
let house: House;
let jpeg: Buffer;
beforeAll(async () => {
  s3 = await startS3(known, 'posters');
  server = await startPerformances({ fileStoreUrl: s3.storeUrl(), sweepPollMs: 50 });
  const log = createLogger({ service: 'performances', workload: 'catalogue', level: 'silent' });
  images = await startImages(openFileStore({ url: s3.storeUrl(), log }));
  organizer = server.caller(['organizer']);
  house = await buildHouse(organizer);
  jpeg = await quarters(1000, 1400).jpeg().toBuffer();
});
afterAll(async () => {
  await images[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
});

it('posters are put into the bucket, shown from it and swept out of it', async () => {
  const { id } = await addPerformance(organizer, house);
  const answer = await organizer.upload(`/performances/${id}/posters`, jpeg, 'image/jpeg');
  const [poster] = PerformanceRecord.parse(answer.body).posters;
  const keys = [160, 320, 640, 1000].map((width) => `posters/${poster?.id}/${width}.webp`);
  expect([...s3.objects.keys()].toSorted()).toEqual(keys.toSorted());
  const image = await fetch(images.url + (answer.headers.get('location') ?? ''));
  expect(Buffer.from(await image.bytes())).toEqual(s3.objects.get(keys.at(-1) ?? '')?.bytes);

  await organizer.send('DELETE', `/performances/${id}/posters/${poster?.id}`);
  await server.database.query('UPDATE poster_files SET due_at = NOW(3)');
  await waitFor(() => s3.objects.size === 0, { timeoutMs: 10_000, what: 'the sweep' });
});

it('an upload fails as a whole while the store is away, and what it left is swept when the store is back', async () => {
  const { id, version } = await addPerformance(organizer, house);
  // One file gets through, then nothing does.
  s3.troubles.push('none', ...Array<'hang-up'>(50).fill('hang-up'));
  const answer = await organizer.upload(`/performances/${id}/posters`, jpeg, 'image/jpeg');
  expect(answer.body).toMatchObject({ status: 503, code: 'unavailable' });
  expect(answer.headers.get('retry-after')).not.toBeNull();
  expect(s3.objects.size).toBe(1);
  const { body } = await organizer.send('GET', `/performances/${id}`);
  expect(body).toMatchObject({ posters: [], version });

  s3.troubles.length = 0;
  await server.database.query('UPDATE poster_files SET due_at = NOW(3)');
  await waitFor(() => s3.objects.size === 0, { timeoutMs: 25_000, what: 'the sweep' });
}, 60_000);
