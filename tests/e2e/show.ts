import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { expectStatus } from './people.ts';
import type { Visitor } from './visitor.ts';

export const manage = '/api/performances/manage';
const created = z.looseObject({ id: z.uuid() });

/** The day so many days from now, in Asia/Seoul. */
const day = (days: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Seoul' }).format(Date.now() + days * 86_400_000);

const seats = (row: string) => ({
  name: row,
  seats: Array.from({ length: 10 }, (_, index) => ({ number: String(index + 1), x: index, y: row.charCodeAt(0) - 65 })),
});
export const map = {
  sections: [
    { kind: 'seated', name: '1층', rows: [seats('A'), seats('B')] },
    { kind: 'standing', name: '스탠딩', capacity: 100 },
  ],
};

/** Adds something below `manage`, and gives its id. */
async function add(by: Visitor, path: string, body: unknown): Promise<string> {
  return created.parse(expectStatus(await by.send('POST', manage + path, { body }), 201).body).id;
}

/** A house, a show and a session of it, as an organiser makes them. @param change of the session */
export async function openShow(by: Visitor, change: object = {}) {
  const title = `끝에서끝 ${randomUUID().slice(0, 8)}`;
  const venueId = await add(by, '/venues', { name: `시험극장 ${title}`, region: 'seoul', address: '서울시 중구 1' });
  const hallId = await add(by, `/venues/${venueId}/halls`, { name: '대극장' });
  const seatMapId = await add(by, `/halls/${hallId}/seat-maps`, { name: '기본', map });
  const show = { title: { ko: title, en: 'End to End' }, genre: 'play', venueId, startDate: day(10), endDate: day(20) };
  const performanceId = await add(by, '/performances', show);
  const session = {
    startsAt: `${day(10)}T19:30:00+09:00`,
    hallId,
    seatMapId,
    grades: [
      { grade: 'R', price: 120_000, sections: ['1층'] },
      { grade: '스탠딩', price: 80_000, sections: ['스탠딩'] },
    ],
    saleWindows: [{ kind: 'general', opensAt: `${day(-1)}T09:00:00+09:00`, closesAt: `${day(10)}T12:00:00+09:00` }],
    ...change,
  };
  const sessionId = await add(by, `/performances/${performanceId}/sessions`, session);
  return { title, show, session, venueId, hallId, seatMapId, performanceId, sessionId };
}
