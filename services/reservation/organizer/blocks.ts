import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { errors } from '../errors.ts';
import { readUnit, unitState } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { Db } from '../store/schema.ts';
import type { Parts } from '../use-cases/parts.ts';
import { type BlockChange, blockRows, deleteBlocked, insertBlocked, lockUnits, logBlocks } from './block-store.ts';

type BlockParts = Pick<Parts, 'db' | 'image' | 'pictures' | 'log'>;

export interface BlockCall {
  readonly session: KnownSession;
  readonly units: readonly number[];
  readonly reason: string;
  readonly by: string;
}

export interface Block {
  readonly id: string;
  readonly units: readonly number[];
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/**
 * Holds units back, all or none; those that are held back already may be among them. The rows are written first and the
 * picture is changed before they are committed: whoever claims waits for the rows, and whoever holds is seen in the
 * picture.
 * @throws Problem seats_invalid, seats_taken
 * @throws Unavailable
 */
export async function blockUnits(parts: BlockParts, { session, units, reason, by }: BlockCall): Promise<Block> {
  const unsold = units.filter((unit) => !session.grade(unit));
  if (unsold.length > 0) throw problem(errors, 'seats_invalid', { extensions: { seats: unsold } });
  const change = { id: newId(), sessionId: session.id, units, reason, by };
  let shownIn: number | undefined;
  const outcome = await parts.pictures
    .using(session, (epoch) => {
      shownIn = epoch;
      return together(parts.db, {
        write: (trx) => writeBlock(trx, change),
        show: () => parts.image.block(session.id, { epoch, units }),
        shown: 'blocked',
      });
    })
    .catch((error: unknown) => {
      throw isDuplicateKey(error, 'PRIMARY') ? problem(errors, 'seats_taken', { retryAfterSeconds: 1 }) : error;
    });
  if (outcome.kind === 'conflict') {
    const seats = await takenAmong(parts, session, units);
    throw problem(errors, 'seats_taken', { extensions: { seats: seats.length > 0 ? seats : [outcome.unit] } });
  }
  // A picture that was drawn meanwhile may have been drawn without them.
  if ((await parts.image.epoch(session.id)) !== shownIn) {
    const taken = units.map((unit) => ({ unit, state: 'blocked' as const }));
    await parts.pictures.using(session, (epoch) => parts.image.merge(session.id, { epoch, taken }));
  }
  return { ...change, at: new Date() };
}

/** @throws Problem seats_taken */
async function writeBlock(trx: Db, change: BlockChange): Promise<void> {
  const { units } = change;
  const states = await lockUnits(trx, change);
  const taken = units.filter((unit) => (states.get(unit) ?? 'blocked') !== 'blocked');
  if (taken.length > 0) throw problem(errors, 'seats_taken', { extensions: { seats: taken } });
  const added = units.filter((unit) => !states.has(unit));
  if (added.length > 0) await insertBlocked(trx, { ...change, units: added });
  await logBlocks(trx, change);
}

/** As the picture has them. */
async function takenAmong({ image }: BlockParts, session: KnownSession, units: readonly number[]): Promise<number[]> {
  const bits = await image.bits(session.id);
  if (bits.kind === 'stale') return [];
  const states: readonly number[] = [unitState.held, unitState.taken];
  return units.filter((unit) => states.includes(readUnit(bits.bitmap, unit)));
}

/**
 * Puts units back on sale, at once.
 * @returns those that were held back
 * @throws Unavailable
 */
export async function releaseBlocks(
  parts: BlockParts,
  { session, units, by }: Omit<BlockCall, 'reason'>,
): Promise<readonly number[]> {
  let released: readonly number[] = [];
  let shownIn: number | undefined;
  await parts.pictures.using(session, (epoch) => {
    shownIn = epoch;
    return together(parts.db, {
      async write(trx) {
        released = await writeRelease(trx, { id: newId(), sessionId: session.id, units, by, reason: null });
      },
      // Before the rows are let go, so that who blocks them again comes after. Who holds one now waits with the claim.
      show: async () =>
        released.length > 0
          ? await parts.image.unblock(session.id, { epoch, units: released })
          : { kind: 'unblocked', units: [] },
      shown: 'unblocked',
    });
  });
  // A picture that was drawn meanwhile may have been drawn with them.
  if (released.length > 0 && (await parts.image.epoch(session.id)) !== shownIn)
    await showReleased(parts, session, released);
  return released;
}

/** Who has blocked them again since is seen by the rows, and keeps them. */
async function showReleased({ db, image, pictures }: BlockParts, session: KnownSession, released: readonly number[]) {
  await pictures.using(session, async (epoch) => {
    const states = await lockUnits(db.kysely, { sessionId: session.id, units: released });
    const units = released.filter((unit) => !states.has(unit));
    return units.length > 0 ? await image.unblock(session.id, { epoch, units }) : { kind: 'unblocked', units };
  });
}

async function writeRelease(trx: Db, change: BlockChange): Promise<readonly number[]> {
  const states = await lockUnits(trx, change);
  const units = change.units.filter((unit) => states.get(unit) === 'blocked');
  if (units.length === 0) return units;
  await deleteBlocked(trx, { ...change, units });
  await logBlocks(trx, { ...change, units });
  return units;
}

interface Together<Outcome extends { readonly kind: string }> {
  readonly write: (trx: Db) => Promise<void>;
  readonly show: () => Promise<Outcome>;
  readonly shown: Outcome['kind'];
}

/** Changes rows and picture, or neither. The picture is asked while the rows are locked, and needs no connection. */
async function together<Outcome extends { readonly kind: string }>(
  db: BlockParts['db'],
  { write, show, shown }: Together<Outcome>,
): Promise<Outcome> {
  let refused: Outcome | undefined;
  return await db
    .transaction(async (trx) => {
      await write(trx);
      const outcome = await show();
      if (outcome.kind === shown) return outcome;
      refused = outcome;
      throw new Error('the picture refuses');
    })
    .catch((error: unknown) => {
      if (refused) return refused;
      throw error;
    });
}

export async function blocksOf({ db }: Pick<Parts, 'db'>, sessionId: string): Promise<readonly Block[]> {
  const changes = Map.groupBy(await blockRows(db.kysely, sessionId), ({ id }) => id);
  return Array.from(changes.values(), (rows) => {
    const [first] = rows;
    if (!first) throw new Error('a change of nothing');
    return { ...first, units: rows.map(({ unit }) => unit) };
  });
}
