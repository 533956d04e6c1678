import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { seatMapToCsv } from '../domain/seat-map-csv.ts';
import { Hall, SeatMapRecord, Venue } from '../schemas/manage.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import type { Caller } from './caller.ts';
import { newVenue, smallMap } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let server: PerformancesServer;
let organizer: Caller;
let hallId: string;
beforeAll(async () => {
  server = await startPerformances();
  organizer = server.caller(['organizer']);
  const venue = await organizer.make('/venues', newVenue, Venue);
  hallId = (await organizer.make(`/venues/${venue.id}/halls`, { name: '대극장' }, Hall)).id;
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const csv = { 'content-type': 'text/csv; charset=utf-8' };
const importCsv = (text: string, by = organizer) =>
  by.send('POST', `/halls/${hallId}/seat-maps/import?name=${encodeURIComponent('가져온 것')}`, {
    body: text,
    headers: csv,
  });

describe('a seat map', () => {
  it('comes back as JSON as it was published, and may be kept for ever', async () => {
    const made = await organizer.send('POST', `/halls/${hallId}/seat-maps`, { body: { name: '기본', map: smallMap } });
    expect(made).toMatchObject({
      status: 201,
      body: {
        hallId,
        name: '기본',
        units: 16,
        version: 1,
        sections: [
          { name: 'A', kind: 'seated', units: 6 },
          { name: 'S', kind: 'standing', units: 10 },
        ],
      },
    });
    const read = await organizer.send('GET', made.headers.get('location') ?? '');
    expect(read.body).toEqual(smallMap);
    expect(read.headers.get('cache-control')).toContain('immutable');
  });

  it('comes back as CSV that makes the same map again', async () => {
    const made = SeatMapRecord.parse((await importCsv(seatMapToCsv(smallMap))).body);
    expect(made).toMatchObject({ units: 16, name: '가져온 것' });
    expect((await organizer.send('GET', `/seat-maps/${made.id}`)).body).toEqual(smallMap);
    const exported = await organizer.send('GET', `/seat-maps/${made.id}/csv`);
    expect(exported.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(exported.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('가져온 것.csv')}`,
    );
    const again = SeatMapRecord.parse((await importCsv(exported.text)).body);
    expect((await organizer.send('GET', `/seat-maps/${again.id}`)).body).toEqual(smallMap);
  });

  it('with faults is refused by section, row and seat', async () => {
    const [section] = smallMap.sections;
    const seats = [1, 2].map((x) => ({ number: '7', x, y: 0 }));
    const map = { sections: [section, { kind: 'seated', name: 'A', rows: [{ name: '열', seats }] }] };
    const answer = await organizer.send('POST', `/halls/${hallId}/seat-maps`, { body: { name: '기본', map } });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'seat_map_invalid',
        total: 2,
        errors: [
          { section: 'A', message: 'another section has this name' },
          { section: 'A', row: '열', seat: '7', message: 'another seat of this row has this number' },
        ],
      },
    });
  });

  it('with faults in CSV is refused by line, in Korean for whoever reads that', async () => {
    const text = 'section,kind,row,number,x,y\nA,seated,1,1,0,0\nA,seated,1,1,1,0\n';
    expect(await importCsv(text)).toMatchObject({
      status: 422,
      body: { code: 'seat_map_invalid', errors: [{ line: 3, message: 'another seat of this row has this number' }] },
    });
    const korean = await organizer.send('POST', `/halls/${hallId}/seat-maps/import?name=a`, {
      body: text,
      headers: { ...csv, 'accept-language': 'ko' },
    });
    expect(korean.body).toMatchObject({ errors: [{ line: 3, message: '같은 열에 같은 번호의 좌석이 있습니다' }] });
  });

  it('tells the first hundred faults of a file in which every line is wrong', async () => {
    const answer = await importCsv(`section,kind\n${'A,neither\n'.repeat(300)}`);
    expect(answer.body).toMatchObject({ total: 300 });
    expect(answer.body['errors']).toHaveLength(100);
  });

  it('of fifty thousand units is published, and read again as it was', async () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({
      name: String(row + 1),
      seats: Array.from({ length: 100 }, (__, seat) => ({ number: String(seat + 1), x: seat, y: row })),
    }));
    const map: SeatMapDocument = {
      sections: ['A', 'B', 'C', 'D', 'E'].map((name) => ({ kind: 'seated', name, rows })),
    };
    const made = await organizer.make(`/halls/${hallId}/seat-maps`, { name: '경기장', map }, SeatMapRecord);
    expect(made.units).toBe(50_000);
    expect((await organizer.send('GET', `/seat-maps/${made.id}`)).body).toEqual(map);
  }, 120_000);

  it('is published by those who made the hall or its venue, and read by all', async () => {
    const other = server.caller(['organizer']);
    const body = { name: '기본', map: smallMap };
    expect(await other.send('POST', `/halls/${hallId}/seat-maps`, { body })).toMatchObject({ status: 403 });
    expect(await importCsv(seatMapToCsv(smallMap), other)).toMatchObject({ status: 403 });
    const made = await server.caller(['admin']).make(`/halls/${hallId}/seat-maps`, body, SeatMapRecord);
    const list = await other.send('GET', `/halls/${hallId}/seat-maps`);
    expect(list.body['seatMaps']).toContainEqual(made);
    expect((await other.send('GET', `/seat-maps/${made.id}`)).status).toBe(200);
  });

  it('needs a hall, and is not found when there is none', async () => {
    const body = { name: '기본', map: smallMap };
    const noHall = { status: 404, body: { code: 'hall_not_found' } };
    expect(await organizer.send('POST', `/halls/${newId()}/seat-maps`, { body })).toMatchObject(noHall);
    expect(await organizer.send('GET', `/halls/${newId()}/seat-maps`)).toMatchObject(noHall);
    const noMap = { status: 404, body: { code: 'seat_map_not_found' } };
    expect(await organizer.send('GET', `/seat-maps/${newId()}`)).toMatchObject(noMap);
    expect(await organizer.send('GET', `/seat-maps/${newId()}/csv`)).toMatchObject(noMap);
  });
});
