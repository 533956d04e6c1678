import type { SellableSession } from '@ticketaka/performances/api';
import { ProblemError } from '@ticketaka/platform/client';
import { newId } from '@ticketaka/platform/ids';
import type { z } from 'zod';

export type Show = z.output<typeof SellableSession>;
type Section = NonNullable<Show['map']>['map']['sections'][number];

const day = 86_400_000;

/** Three rows of ten, one wheelchair place in the last, and a standing area of forty; 5,000 won and free places too. */
export const sections: readonly Section[] = [
  {
    kind: 'seated',
    name: 'A',
    floor: '1',
    rows: ['1', '2', '3'].map((name, y) => ({
      name,
      seats: Array.from({ length: 10 }, (_, x) => ({
        number: String(x + 1),
        x,
        y,
        ...(name === '3' && x === 9 && { kind: 'wheelchair' as const }),
      })),
    })),
  },
  { kind: 'standing', name: 'F', capacity: 40 },
];

export interface ShowOptions {
  readonly sections?: readonly Section[];
  /** [grade, price, units] in the order of the map; null units are blocked. */
  readonly grades?: readonly (readonly [grade: string, price: number, units: number])[];
  readonly startsInDays?: number;
  readonly perMemberLimit?: number;
  readonly ageLimit?: number;
  readonly presale?: boolean;
  readonly onSale?: boolean;
  readonly policy?: string;
  readonly now?: Date;
}

/** A session to sell, as performances would tell of it. */
export function makeShow(options: ShowOptions = {}): Show {
  const {
    grades = [
      ['VIP', 140_000, 10],
      ['R', 99_000, 20],
      ['스탠딩', 50_000, 40],
    ],
    perMemberLimit = 4,
  } = options;
  const now = options.now ?? new Date();
  const at = (days: number) => new Date(now.getTime() + days * day).toISOString();
  const units = grades.reduce((sum, [, , count]) => sum + count, 0);
  const general = { kind: 'general' as const, name: null, opensAt: at(-1), closesAt: at(options.startsInDays ?? 30) };
  const presale = { kind: 'presale' as const, name: '팬클럽', opensAt: at(-1), closesAt: at(1) };
  const later = { ...general, opensAt: at(1) };
  const priced = grades.map(([grade, price]) => ({ grade, price }));
  return {
    session: {
      id: newId(),
      startsAt: at(options.startsInDays ?? 30),
      hall: '대극장',
      seatMapId: newId(),
      capacity: units,
      cancelled: false,
      grades: grades.map(([grade, price, count]) => ({ grade, price, units: count })),
      saleWindows: options.presale ? [presale, later] : options.onSale === false ? [later] : [general],
      perMemberLimit,
    },
    performance: {
      id: newId(),
      title: { ko: '겨울 정원의 햄릿', en: 'Hamlet in the Winter Garden' },
      ageLimit: options.ageLimit ?? 0,
      genre: 'play',
      cancellationPolicy: options.policy ?? 'standard',
      organizerId: newId(),
      cancelled: false,
    },
    venue: '별빛아트홀',
    map: {
      seatMapId: newId(),
      map: { sections: [...(options.sections ?? sections)] },
      grades: priced,
      gradeRuns: grades.flatMap(([, , count], index) => [index, count]),
      units,
    },
    version: 1,
  };
}

/** What performances and members would answer. */
export class Neighbours {
  readonly shows = new Map<string, Show>();
  birthDate = '1990-01-01';
  locale: 'ko' | 'en' = 'ko';
  /** Members that are there no more. */
  readonly left = new Set<string>();
  presaleCode = 'MOON';
  away = false;

  add(show: Show): Show {
    this.shows.set(show.session.id, show);
    return show;
  }

  readonly getSession = async ({ params }: { readonly params: { readonly sessionId: string } }) => {
    const body = this.#require(this.shows.get(params.sessionId), 'session_not_found');
    return { status: 200 as const, headers: new Headers(), body };
  };

  readonly checkPresaleCode = async ({
    params,
    body,
  }: {
    readonly params: { readonly sessionId: string };
    readonly body: { readonly code: string };
  }) => {
    const { session } = this.#require(this.shows.get(params.sessionId), 'session_not_found');
    const code: 'right' | 'wrong' = body.code === this.presaleCode ? 'right' : 'wrong';
    const presales = session.saleWindows
      .filter(({ kind }) => kind === 'presale')
      .map(({ opensAt, closesAt }) => ({ opensAt, closesAt, code }));
    return { status: 200 as const, headers: new Headers(), body: { presales } };
  };

  readonly getPerson = async ({ params: { memberId: id } }: { readonly params: { readonly memberId: string } }) => {
    const { birthDate, locale } = this;
    const person = { id, email: `${id}@example.com`, name: '김지우', locale, birthDate };
    const body = this.#require(this.left.has(id) ? undefined : person, 'member_not_found');
    return { status: 200 as const, headers: new Headers(), body };
  };

  #require<T>(found: T | undefined, code: string): T {
    if (this.away) throw new Error('away');
    if (found !== undefined) return found;
    throw new ProblemError('call', {
      status: 404,
      code,
      title: '',
      detail: undefined,
      retryAfterSeconds: undefined,
      extensions: {},
    });
  }
}
