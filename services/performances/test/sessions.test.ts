import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { SeatMapRecord, SessionRecord } from '../schemas/manage.ts';
import type { Caller } from './caller.ts';
import { addPerformance, addSession, buildHouse, grades, type House, newSession, smallMap } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let now = new Date('2026-11-20T12:00:00+09:00');
let server: PerformancesServer;
let organizer: Caller;
let house: House;
let performanceId: string;
beforeAll(async () => {
  server = await startPerformances({ now: () => now });
  organizer = server.caller(['organizer']);
  house = await buildHouse(organizer);
  performanceId = (await addPerformance(organizer, house)).id;
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const post = (session: object) => organizer.send('POST', `/performances/${performanceId}/sessions`, { body: session });
const day = (time: string) => newSession(house, { startsAt: `2027-01-10T${time}:00+09:00` });
const at = (date: string, saleWindows: readonly object[]) =>
  newSession(house, { startsAt: `2027-01-${date}T19:30:00+09:00`, saleWindows });
const presale = {
  kind: 'presale',
  name: '팬클럽',
  opensAt: '2026-11-25T14:00:00+09:00',
  closesAt: '2026-11-26T14:00:00+09:00',
};
const general = { kind: 'general', opensAt: '2026-11-27T14:00:00+09:00', closesAt: '2027-01-02T12:00:00+09:00' };

describe('a session', () => {
  it('has the prices of every seat, and is published with them', async () => {
    const version = (await organizer.send('GET', `/performances/${performanceId}`)).body['version'];
    const made = await post(newSession(house, { saleWindows: [general] }));
    const session = SessionRecord.parse(made.body);
    expect(made).toMatchObject({
      status: 201,
      body: {
        performanceId,
        startsAt: '2027-01-02T10:30:00.000Z',
        hallId: house.hall.id,
        seatMapId: house.seatMap.id,
        perMemberLimit: 4,
        version: 1,
        grades: [
          { grade: 'VIP', price: 140_000, units: 2, rows: [{ section: 'A', row: '1' }] },
          { grade: 'R', price: 99_000, units: 13, sections: ['S'] },
        ],
      },
    });
    expect(made.headers.get('etag')).toBe('"v1"');
    expect((await organizer.send('GET', made.headers.get('location') ?? '')).body).toEqual(made.body);
    const last = (await server.changesOf(performanceId, Number(version) + 1)).at(-1);
    expect(last).toMatchObject({
      document: {
        minPrice: 99_000,
        maxPrice: 140_000,
        sessions: [{ id: session.id, capacity: 15, hall: '대극장', gradeRuns: [0, 2, -1, 1, 1, 13] }],
      },
    });
  });

  it('says which seats have no price, and which have two', async () => {
    const session = newSession(house, {
      startsAt: '2027-01-03T19:30:00+09:00',
      grades: [
        { grade: 'VIP', price: 1, sections: ['A'] },
        { grade: 'R', price: 1, rows: [{ section: 'A', row: '2' }] },
      ],
    });
    expect(await post(session)).toMatchObject({
      status: 422,
      body: {
        code: 'prices_incomplete',
        missing: [{ section: 'S', units: 10 }],
        doubled: [{ section: 'A', row: '2', grades: ['VIP', 'R'] }],
      },
    });
  });

  it('may be listed without a seat map, and then has no places', async () => {
    const session = newSession(house, {
      startsAt: '2027-01-03T14:00:00+09:00',
      seatMapId: null,
      grades: [{ grade: '전석', price: 30_000 }],
    });
    expect(await post(session)).toMatchObject({ status: 201, body: { seatMapId: null, grades: [{ units: 0 }] } });
  });

  it('needs a hall of the venue, and a seat map of the hall', async () => {
    const other = await buildHouse(organizer);
    const noHall = { status: 404, body: { code: 'hall_not_found' } };
    expect(await post(newSession(house, { hallId: other.hall.id, seatMapId: other.seatMap.id }))).toMatchObject(noHall);
    expect(
      await post(newSession(house, { hallId: newId(), seatMapId: null, grades: [{ grade: 'R', price: 1 }] })),
    ).toMatchObject(noHall);
    const noMap = { status: 404, body: { code: 'seat_map_not_found' } };
    expect(await post(newSession(house, { seatMapId: other.seatMap.id }))).toMatchObject(noMap);
    expect(await post(newSession(house, { seatMapId: newId() }))).toMatchObject(noMap);
  });

  it.each([
    ['2026-12-31T23:59:59+09:00', 'session_outside_dates'],
    ['2027-01-31T15:00:00Z', 'session_outside_dates'],
    ['2026-11-20T12:00:00+09:00', 'session_past'],
  ])('at %s is refused: %s', async (startsAt, code) => {
    expect((await post(newSession(house, { startsAt }))).body).toMatchObject({ code });
  });

  it('starts on the first and the last day of the performance, as Seoul has them', async () => {
    expect((await post(newSession(house, { startsAt: '2026-12-31T15:00:00Z' }))).status).toBe(201);
    expect((await post(newSession(house, { startsAt: '2027-01-31T23:59:00+09:00' }))).status).toBe(201);
  });

  it('has sale windows that fit it', async () => {
    const saleWindows = [{ ...general, closesAt: '2027-01-04T19:31:00+09:00' }];
    expect(await post(newSession(house, { startsAt: '2027-01-04T19:30:00+09:00', saleWindows }))).toMatchObject({
      status: 422,
      body: {
        code: 'sale_windows_invalid',
        errors: [{ path: 'saleWindows.0', message: 'closes after the session starts' }],
      },
    });
  });

  it('is changed by whoever knows its version', async () => {
    const { id } = await addSession(
      organizer,
      performanceId,
      newSession(house, { startsAt: '2027-01-05T19:30:00+09:00' }),
    );
    const change = newSession(house, { startsAt: '2027-01-05T15:00:00+09:00', perMemberLimit: 2 });
    const path = `/sessions/${id}`;
    expect(await organizer.send('PUT', path, { body: change })).toMatchObject({ status: 428 });
    expect(await organizer.replace(path, change, '"v2"')).toMatchObject({ status: 412 });
    const answer = await organizer.replace(path, change, '"v1"');
    expect(answer).toMatchObject({
      status: 200,
      body: { startsAt: '2027-01-05T06:00:00.000Z', perMemberLimit: 2, version: 2 },
    });
    expect(answer.headers.get('etag')).toBe('"v2"');
  });

  it('is cancelled for good', async () => {
    const { id } = await addSession(
      organizer,
      performanceId,
      newSession(house, { startsAt: '2027-01-06T19:30:00+09:00' }),
    );
    const path = `/sessions/${id}`;
    expect(await organizer.cancel(path, '"v9"')).toMatchObject({ status: 412 });
    expect(await organizer.cancel(path, '"v1"')).toMatchObject({ status: 200, body: { cancelled: true, version: 2 } });
    expect(await organizer.cancel(path, '"v2"')).toMatchObject({ status: 200, body: { cancelled: true, version: 2 } });
    const refused = { status: 409, body: { code: 'session_cancelled' } };
    expect(await organizer.replace(path, newSession(house), '"v2"')).toMatchObject(refused);
  });

  it('is said to be called off once, and not when it has taken place', async () => {
    const { id: shown } = await addPerformance(organizer, house);
    const [past, next] = [
      await addSession(organizer, shown, newSession(house, { startsAt: '2027-01-26T19:30:00+09:00' })),
      await addSession(organizer, shown, newSession(house, { startsAt: '2027-01-27T19:30:00+09:00' })),
    ];
    const before = now;
    now = new Date('2027-01-26T19:30:00+09:00');
    try {
      for (const { id } of [past, next]) expect((await organizer.cancel(`/sessions/${id}`, '"v1"')).status).toBe(200);
      await organizer.cancel(`/sessions/${next.id}`, '"v2"');
    } finally {
      now = before;
    }
    // Added, two sessions, two cancellations.
    await server.changesOf(shown, 5);
    expect(await server.cancellationsOf(shown)).toEqual([
      { sessionId: next.id, performanceId: shown, cancelledBy: organizer.memberId },
    ]);
  });
});

describe('a hall', () => {
  it('is taken for as long as a performance runs', async () => {
    expect((await post(day('14:00'))).status).toBe(201);
    expect(await post(day('15:59'))).toMatchObject({
      status: 409,
      body: { code: 'session_clashes', takenUntil: '2027-01-10T07:00:00.000Z' },
    });
    expect((await post(day('12:01'))).body).toMatchObject({ code: 'session_clashes' });
    expect((await post(day('16:00'))).status).toBe(201);
    expect((await post(day('12:00'))).status).toBe(201);
  });

  it('is free again after a cancellation, and does not clash with the session itself', async () => {
    const early = newSession(house, { startsAt: '2027-01-11T14:00:00+09:00' });
    const { id } = await addSession(organizer, performanceId, early);
    const later = newSession(house, { startsAt: '2027-01-11T14:30:00+09:00' });
    expect((await organizer.replace(`/sessions/${id}`, later, '"v1"')).status).toBe(200);
    await organizer.cancel(`/sessions/${id}`, '"v2"');
    expect((await post(early)).status).toBe(201);
  });

  it('is given to one of those who ask at once, also for different performances', async () => {
    const others = await Promise.all([1, 2, 3, 4].map(() => addPerformance(organizer, house)));
    const body = newSession(house, { startsAt: '2027-01-12T14:00:00+09:00' });
    const answers = await Promise.all(
      others.map(({ id }) => organizer.send('POST', `/performances/${id}/sessions`, { body })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body: { code } }) => code === 'session_clashes')).toHaveLength(3);
  });
});

describe('a performance', () => {
  it('has no more sessions than one message can tell of', async () => {
    const { id } = await addPerformance(organizer, house);
    const session = newSession(house, { startsAt: '2027-01-21T19:30:00+09:00' });
    const create = () => organizer.send('POST', `/performances/${id}/sessions`, { body: session });
    await server.database.query(
      `INSERT INTO sessions (id, performance_id, starts_at, hall_id, capacity, grade_runs, per_member_limit)
       SELECT UUID(), ?, '2027-01-22', ?, 0, '[]', 4 FROM seq_1_to_2999`,
      [id, house.hall.id],
    );
    expect(await create()).toMatchObject({ status: 201 });
    expect(await create()).toMatchObject({ status: 409, body: { code: 'sessions_full', max: 3000 } });
  });
});

describe('the code of a presale', () => {
  it('is kept hashed and never shown', async () => {
    const made = await post(at('13', [{ ...presale, code: 'MOON-RABBIT' }, general]));
    expect(made.body['saleWindows']).toMatchObject([{ hasCode: true }, { hasCode: false }]);
    expect(made.text).not.toContain('MOON-RABBIT');
    const { id } = SessionRecord.parse(made.body);
    expect((await organizer.send('GET', `/sessions/${id}`)).text).not.toContain('MOON-RABBIT');
    const tables = ['sale_windows', 'audit', 'outbox'];
    for (const table of tables) {
      const rows = await server.database.query(`SELECT * FROM ${table}`);
      expect(inspect(rows, { depth: 9, maxStringLength: Infinity })).not.toContain('MOON-RABBIT');
    }
    expect(server.logged()).not.toContain('MOON-RABBIT');
  });

  it('stays when the session is replaced without it, changes with a new one, and goes when it is null', async () => {
    const { id } = await addSession(organizer, performanceId, at('14', [{ ...presale, code: 'MOON-RABBIT' }]));
    const hash = async () => {
      const sql = 'SELECT HEX(code_hash) AS code FROM sale_windows WHERE session_id = ? AND kind = ?';
      return await server.database.query(sql, [id, 'presale']);
    };
    const first = await hash();
    const kept = await organizer.replace(`/sessions/${id}`, at('14', [general, presale]), '"v1"');
    expect(kept.body['saleWindows']).toMatchObject([{ hasCode: false }, { hasCode: true }]);
    expect(await hash()).toEqual(first);
    await organizer.replace(`/sessions/${id}`, at('14', [{ ...presale, code: 'SUN-TIGER' }]), '"v2"');
    expect(await hash()).not.toEqual(first);
    const gone = await organizer.replace(`/sessions/${id}`, at('14', [{ ...presale, code: null }]), '"v3"');
    expect(gone.body['saleWindows']).toMatchObject([{ hasCode: false }]);
  });

  it('stays with its own presale when one of the same name before it is taken away', async () => {
    const [first, second] = [
      { kind: 'presale', opensAt: '2026-11-25T14:00:00+09:00', closesAt: '2026-11-26T14:00:00+09:00' },
      { kind: 'presale', opensAt: '2026-11-26T14:00:00+09:00', closesAt: '2026-11-27T14:00:00+09:00' },
    ];
    const coded = [
      { ...first, code: 'MOON-RABBIT' },
      { ...second, code: 'SUN-TIGER' },
    ];
    const { id } = await addSession(organizer, performanceId, at('17', coded));
    expect(await organizer.replace(`/sessions/${id}`, at('17', [second]), '"v1"')).toMatchObject({ status: 200 });
    const path = `/api/performances/internal/sessions/${id}/presale-codes`;
    const check = async (code: string) => (await organizer.send('POST', path, { body: { code } })).body;
    expect(await check('MOON-RABBIT')).toMatchObject({ presales: [{ code: 'wrong' }] });
    expect(await check('SUN-TIGER')).toMatchObject({ presales: [{ code: 'right' }] });
  });

  it('is told from others, however it is written, and by the service that sells only', async () => {
    const late = { ...presale, opensAt: presale.closesAt, closesAt: '2026-11-27T14:00:00+09:00' };
    const windows = [{ ...presale, code: 'MOON-RABBIT' }, { ...late, name: '카드' }, general];
    const { id } = await addSession(organizer, performanceId, at('16', windows));
    const path = `/api/performances/internal/sessions/${id}/presale-codes`;
    const check = async (code: string) => (await organizer.send('POST', path, { body: { code } })).body;
    const open = { opensAt: '2026-11-25T05:00:00.000Z', closesAt: '2026-11-26T05:00:00.000Z' };
    expect(await check(' moon-rabbit ')).toMatchObject({ presales: [{ ...open, code: 'right' }, { code: 'none' }] });
    expect(await check('SUN-TIGER')).toMatchObject({ presales: [{ ...open, code: 'wrong' }, { code: 'none' }] });
    const unknown = `/api/performances/internal/sessions/${newId()}/presale-codes`;
    expect(await organizer.send('POST', unknown, { body: { code: 'x' } })).toMatchObject({ status: 404 });
  });

  it('is for a presale only', async () => {
    expect(await post(at('15', [{ ...general, code: 'MOON-RABBIT' }]))).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'saleWindows.0.code' }] },
    });
  });
});

describe('a session that is on sale', () => {
  it('keeps its seats, which somebody may have bought, also when its sale is over', async () => {
    const { id: own } = await addPerformance(organizer, house, { startDate: '2026-12-01' });
    const saleWindows = [{ ...general, opensAt: '2026-11-26T14:00:00+09:00', closesAt: '2026-11-27T14:00:00+09:00' }];
    const given = { startsAt: '2026-12-03T19:30:00+09:00', saleWindows };
    const { id } = await addSession(organizer, own, newSession(house, given));
    const other = async () => {
      const map = { name: newId(), map: smallMap };
      const made = await organizer.make(`/halls/${house.hall.id}/seat-maps`, map, SeatMapRecord);
      return newSession(house, { ...given, seatMapId: made.id });
    };
    const before = now;
    try {
      now = new Date('2026-11-26T13:59:59+09:00');
      const path = `/sessions/${id}`;
      const changed = await other();
      expect(await organizer.replace(path, changed, '"v1"')).toMatchObject({ status: 200 });
      for (const instant of ['2026-11-26T14:00:00+09:00', '2026-11-28T14:00:00+09:00']) {
        now = new Date(instant);
        const refused = { status: 409, body: { code: 'seat_map_on_sale' } };
        expect(await organizer.replace(path, await other(), '"v2"')).toMatchObject(refused);
        expect(await organizer.replace(path, { ...changed, seatMapId: null }, '"v2"')).toMatchObject(refused);
      }
      const more = { ...changed, perMemberLimit: 9 };
      expect(await organizer.replace(path, more, '"v2"')).toMatchObject({ status: 200, body: { perMemberLimit: 9 } });
    } finally {
      now = before;
    }
  });

  it('cannot be made to look as if its sale had not begun, and may end or open again', async () => {
    const { id: own } = await addPerformance(organizer, house, { startDate: '2026-12-01' });
    const opened = { ...general, opensAt: '2026-11-26T14:00:00+09:00', closesAt: '2026-12-02T14:00:00+09:00' };
    const given = (saleWindows: readonly object[]) =>
      newSession(house, { startsAt: '2026-12-05T19:30:00+09:00', saleWindows });
    const path = `/sessions/${(await addSession(organizer, own, given([opened]))).id}`;
    const before = now;
    try {
      now = new Date('2026-11-26T14:00:00+09:00');
      const later = { ...opened, opensAt: '2026-11-26T14:00:01+09:00' };
      const refused = { status: 422, body: { code: 'sale_windows_invalid', errors: [{ path: 'saleWindows' }] } };
      expect(await organizer.replace(path, given([later]), '"v1"')).toMatchObject(refused);
      expect(await organizer.replace(path, given([]), '"v1"')).toMatchObject(refused);
      const ended = { ...opened, closesAt: '2026-11-26T14:00:01+09:00' };
      expect(await organizer.replace(path, given([ended, later]), '"v1"')).toMatchObject({ status: 200 });
    } finally {
      now = before;
    }
  });
});

describe('a session that took place', () => {
  it('keeps its time, its hall and its prices', async () => {
    const { id: own } = await addPerformance(organizer, house, { startDate: '2026-12-01' });
    const startsAt = '2026-12-01T19:30:00+09:00';
    const { id } = await addSession(organizer, own, newSession(house, { startsAt }));
    const before = now;
    now = new Date(startsAt);
    try {
      const past = { status: 409, body: { code: 'session_past' } };
      const path = `/sessions/${id}`;
      const later = newSession(house, { startsAt: '2027-01-20T19:30:00+09:00' });
      expect(await organizer.replace(path, later, '"v1"')).toMatchObject(past);
      const dearer = grades.map((grade) => ({ ...grade, price: grade.price + 1 }));
      expect(await organizer.replace(path, newSession(house, { startsAt, grades: dearer }), '"v1"')).toMatchObject(
        past,
      );
      const map = { name: '다른 것', map: smallMap };
      const { id: seatMapId } = await organizer.make(`/halls/${house.hall.id}/seat-maps`, map, SeatMapRecord);
      expect(await organizer.replace(path, newSession(house, { startsAt, seatMapId }), '"v1"')).toMatchObject(past);
      const same = newSession(house, { startsAt: '2026-12-01T10:30:00Z', perMemberLimit: 9 });
      expect(await organizer.replace(path, same, '"v1"')).toMatchObject({ status: 200, body: { perMemberLimit: 9 } });
    } finally {
      now = before;
    }
  });
});
