import { LRUCache } from 'lru-cache';
import { readUnit, unitState } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { Parts } from '../use-cases/parts.ts';
import { blockedUnits, type GradeSales, moneyOf, salesByGrade } from './sales-store.ts';
import type { Sales } from './schemas.ts';

type SalesParts = Pick<Parts, 'db' | 'image' | 'pictures' | 'log'>;
type Figures = Omit<Sales['grades'][number], 'grade'>;

/** However many look, the tables are asked once in so many milliseconds for each session. */
const freshMs = 1_000;

/** How the sessions sell, as of a second ago. */
export class SalesFigures {
  readonly #parts: SalesParts;
  readonly #recent = new LRUCache<string, Promise<Sales>>({ max: 1_000, ttl: freshMs });

  constructor(parts: SalesParts) {
    this.#parts = parts;
  }

  /** @throws Unavailable */
  of(session: KnownSession): Promise<Sales> {
    const recent = this.#recent.get(session.id) ?? this.#look(session);
    if (!this.#recent.has(session.id)) this.#recent.set(session.id, recent);
    recent.catch(() => this.#recent.delete(session.id));
    return recent;
  }

  async #look(session: KnownSession): Promise<Sales> {
    const { kysely } = this.#parts.db;
    const [sold, money, blocked, held] = await Promise.all([
      salesByGrade(kysely, session.id),
      moneyOf(kysely, session.id),
      blockedUnits(kysely, session.id),
      this.#held(session),
    ]);
    const grades = gradesOf(session, { sold, blocked, held });
    return {
      sessionId: session.id,
      at: new Date().toISOString(),
      total: { ...sumOf(grades), ...money },
      grades,
    };
  }

  /** Undefined when Redis is away. */
  async #held(session: KnownSession): Promise<readonly number[] | undefined> {
    const { image, pictures, log } = this.#parts;
    try {
      const { bitmap } = await pictures.using(session, () => image.bits(session.id));
      return Array.from({ length: session.units }, (_, unit) => unit).filter(
        (unit) => readUnit(bitmap, unit) === unitState.held,
      );
    } catch (error) {
      log.warn({ err: error, sessionId: session.id }, 'it is not known how many seats are held');
      return undefined;
    }
  }
}

interface Counted {
  readonly sold: readonly GradeSales[];
  readonly blocked: readonly number[];
  readonly held: readonly number[] | undefined;
}

/** Those of the session in its order, then those that tickets have and the session has no more. */
function gradesOf(session: KnownSession, { sold, blocked, held }: Counted): Sales['grades'] {
  const byName = new Map(sold.map((each) => [each.grade, each]));
  const capacity = countByGrade(session, session.gradeOf.keys());
  const blockedOf = countByGrade(session, blocked);
  const heldOf = held && countByGrade(session, held);
  const names = [...new Set([...session.grades.map(({ grade }) => grade), ...byName.keys()])];
  return names.map((grade) => {
    const counts = {
      capacity: capacity.get(grade) ?? 0,
      blocked: blockedOf.get(grade) ?? 0,
      held: heldOf ? (heldOf.get(grade) ?? 0) : null,
    };
    return figuresOf(byName.get(grade) ?? nothing(grade), counts);
  });
}

function figuresOf(sales: GradeSales, counts: Pick<Figures, 'capacity' | 'blocked' | 'held'>): Sales['grades'][number] {
  const { sold, claimed, complimentary } = sales;
  const gone = sold + claimed + complimentary + counts.blocked + (counts.held ?? 0);
  // Redis and MariaDB were not looked at in one moment: a seat that is being claimed may be in both.
  return { ...sales, ...counts, free: Math.max(0, counts.capacity - gone) };
}

function nothing(grade: string): GradeSales {
  return { grade, sold: 0, claimed: 0, complimentary: 0, checkedIn: 0, wonTaken: 0, wonRefunded: 0 };
}

function countByGrade(session: KnownSession, units: Iterable<number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const unit of units) {
    const grade = session.grade(unit)?.grade;
    if (grade !== undefined) counts.set(grade, (counts.get(grade) ?? 0) + 1);
  }
  return counts;
}

function sumOf(grades: Sales['grades']): Figures {
  const sum = (of: (figures: Figures) => number) => grades.reduce((total, figures) => total + of(figures), 0);
  return {
    capacity: sum((each) => each.capacity),
    sold: sum((each) => each.sold),
    claimed: sum((each) => each.claimed),
    held: grades.some(({ held }) => held === null) ? null : sum((each) => each.held ?? 0),
    blocked: sum((each) => each.blocked),
    complimentary: sum((each) => each.complimentary),
    free: sum((each) => each.free),
    checkedIn: sum((each) => each.checkedIn),
    wonTaken: sum((each) => each.wonTaken),
    wonRefunded: sum((each) => each.wonRefunded),
  };
}
