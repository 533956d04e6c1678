import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Text } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import type { z } from 'zod';
import { type KeptCode, keepCode, saltBytes } from '../domain/presale-code.ts';
import { type PricedUnits, priceUnits, priceWithoutMap } from '../domain/prices.ts';
import { isWithin, windowFaults } from '../domain/schedule.ts';
import { errors } from '../errors.ts';
import type { NewSession, PerformanceRecord } from '../schemas/manage.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import type { Db } from '../store/schema.ts';
import type { SessionToStore, StoredSession } from '../store/sessions.ts';
import { findHall } from '../store/venues.ts';
import { requireFreeHall } from './free-hall.ts';

export type SessionRequest = z.output<typeof NewSession>;

interface Fitting {
  readonly id: string;
  readonly given: SessionRequest;
  readonly performance: z.output<typeof PerformanceRecord>;
  readonly seatMap: SeatMapDocument | undefined;
  readonly now: Date;
  /** What it replaces. */
  readonly stored?: StoredSession;
  /** Whether it has taken place; then its time was not changed. */
  readonly past?: boolean;
}

/**
 * Checks a session against everything around it. Holds its hall, so that two sessions cannot take it at once.
 * @throws Problem hall_not_found, session_past, session_outside_dates, sale_windows_invalid, prices_incomplete,
 *   session_clashes
 */
export async function sessionToStore(trx: Db, fitting: Fitting): Promise<SessionToStore> {
  const { id, given, performance, seatMap, now, stored, past = false } = fitting;
  const startsAt = new Date(given.startsAt);
  const hall = await findHall(trx, given.hallId);
  if (hall?.record.venueId !== performance.venueId) throw problem(errors, 'hall_not_found');
  if (!past && startsAt <= now) throw problem(errors, 'session_past');
  if (!isWithin(startsAt, performance)) throw problem(errors, 'session_outside_dates');
  requireWindows(given);
  const priced = requirePrices(given, seatMap);
  if (!past)
    await requireFreeHall(trx, { id, startsAt, hallId: given.hallId, runningMinutes: performance.runningMinutes });
  return { id, given, priced, codes: codesOf(given, stored) };
}

/**
 * Somebody may have bought some of them, by their place in the map. A window that has opened is what tells so: one stays.
 * @throws Problem seat_map_on_sale, sale_windows_invalid
 */
export function requireSameSeats(before: StoredSession['record'], given: SessionRequest, now: Date): void {
  if (before.seatMapId === null || !hasOpened(before, now)) return;
  if (given.seatMapId !== before.seatMapId) throw problem(errors, 'seat_map_on_sale');
  if (hasOpened(given, now)) return;
  throw problem(errors, 'sale_windows_invalid', {
    detail: saleHasBegun,
    extensions: { errors: [{ path: 'saleWindows', message: saleHasBegun.en }] },
  });
}

function hasOpened({ saleWindows }: Pick<SessionRequest, 'saleWindows'>, now: Date): boolean {
  return saleWindows.some(({ opensAt }) => new Date(opensAt) <= now);
}

const saleHasBegun: Text = {
  en: 'The sale has begun: close a window that has opened, and keep it',
  ko: '판매가 이미 시작되었습니다. 시작된 판매 기간은 지우거나 미루지 말고 종료 시각을 앞당기세요',
};

/**
 * What has taken place took place then and there, at those prices.
 * @throws Problem session_past
 */
export function requireNothingFixed(before: StoredSession['record'], given: SessionRequest): void {
  const fixed = (session: Pick<SessionRequest, 'startsAt' | 'hallId' | 'seatMapId' | 'grades'>) => ({
    at: Date.parse(session.startsAt),
    hallId: session.hallId,
    seatMapId: session.seatMapId,
    grades: session.grades.map(({ grade, price, sections, rows }) => ({ grade, price, sections, rows })),
  });
  if (!isDeepStrictEqual(fixed(before), fixed(given))) throw problem(errors, 'session_past');
}

function requireWindows(given: SessionRequest) {
  const windows = given.saleWindows.map(({ kind, opensAt, closesAt }) => ({
    kind,
    opensAt: new Date(opensAt),
    closesAt: new Date(closesAt),
  }));
  const faults = windowFaults(windows, new Date(given.startsAt));
  if (faults.length === 0) return;
  throw problem(errors, 'sale_windows_invalid', {
    detail: sentence(faults.map(({ index, message }) => ({ prefix: String(index + 1), message }))),
    extensions: { errors: faults.map(({ index, message }) => ({ path: `saleWindows.${index}`, message: message.en })) },
  });
}

function sentence(faults: readonly { readonly prefix: string; readonly message: Text }[]): Text {
  const join = (language: keyof Text) =>
    faults.map(({ prefix, message }) => `${prefix}: ${message[language]}`).join('; ');
  return { en: join('en'), ko: join('ko') };
}

function requirePrices({ grades }: SessionRequest, seatMap: SeatMapDocument | undefined): PricedUnits {
  const pricing = seatMap ? priceUnits(seatMap, grades) : priceWithoutMap(grades);
  if ('priced' in pricing) return pricing.priced;
  throw problem(errors, 'prices_incomplete', { extensions: { ...pricing.faults } });
}

/**
 * A presale that comes without a code keeps the one that the presale of its name had: of several, the one that opened when
 * it does.
 */
function codesOf({ saleWindows }: SessionRequest, stored: StoredSession | undefined): (KeptCode | undefined)[] {
  const before = (stored?.record.saleWindows ?? []).map((window, index) => ({ ...window, code: stored?.codes[index] }));
  const take = (same: (window: (typeof before)[number]) => boolean) => {
    const index = before.findIndex(same);
    return index === -1 ? undefined : before.splice(index, 1)[0];
  };
  const kept = saleWindows.map(({ kind, name, opensAt }) =>
    take((window) => window.kind === kind && window.name === name && isSameInstant(window.opensAt, opensAt)),
  );
  return saleWindows.map(({ kind, name, code }, index) => {
    if (typeof code === 'string') return keepCode(code, randomBytes(saltBytes));
    if (code === null || kind === 'general') return undefined;
    return (kept[index] ?? take((window) => window.kind === kind && window.name === name))?.code;
  });
}

function isSameInstant(one: string, other: string): boolean {
  return Date.parse(one) === Date.parse(other);
}
