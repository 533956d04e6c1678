import { platformErrors } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import type { z } from 'zod';
import { mayAddTo, mayChangeVenue, type Person } from '../domain/rights.ts';
import { errors } from '../errors.ts';
import { announceChange } from '../events/changes.ts';
import type { NewHall, NewVenue } from '../schemas/manage.ts';
import { type AuditRecord, addAudit, addAudits } from '../store/audit.ts';
import { hold } from '../store/lock.ts';
import type { Db } from '../store/schema.ts';
import {
  findHall,
  findVenue,
  insertHall,
  insertVenue,
  performancesAt,
  type StoredHall,
  type StoredVenue,
  updateVenue,
} from '../store/venues.ts';
import type { Parts } from './parts.ts';
import { requireVersion } from './precondition.ts';

type Venue = StoredVenue['record'];

/** @throws Problem venue_not_found */
export async function venueOf(db: Db, id: string): Promise<StoredVenue> {
  const venue = await findVenue(db, id);
  if (!venue) throw problem(errors, 'venue_not_found');
  return venue;
}

/** @throws Problem hall_not_found */
export async function hallOf(db: Db, id: string): Promise<StoredHall> {
  const hall = await findHall(db, id);
  if (!hall) throw problem(errors, 'hall_not_found');
  return hall;
}

export async function createVenue({ db }: Parts, by: Person, given: z.output<typeof NewVenue>): Promise<Venue> {
  const id = newId();
  return await db.transaction(async (trx) => {
    await insertVenue(trx, { ...given, id, creatorId: by.memberId });
    const { record } = await venueOf(trx, id);
    await addAudit(trx, { ...venueChange(by, id), action: 'venue.created', before: null, after: record });
    return record;
  });
}

interface VenueUpdate {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly given: z.output<typeof NewVenue>;
}

/**
 * Every performance at a venue carries its name and region, so each becomes a new version.
 * @throws Problem venue_not_found, forbidden, if_match_missing, changed_meanwhile
 */
export async function replaceVenue(parts: Parts, by: Person, { id, ifMatch, given }: VenueUpdate): Promise<Venue> {
  return await parts.db.transaction(async (trx) => {
    await hold(trx, 'venues', id);
    const { record: before, creatorId } = await venueOf(trx, id);
    if (!mayChangeVenue(by, creatorId)) throw problem(platformErrors, 'forbidden');
    requireVersion(ifMatch, before.version);
    await updateVenue(trx, id, given);
    const { record: after } = await venueOf(trx, id);
    await addAudit(trx, { ...venueChange(by, id), action: 'venue.updated', before, after });
    if (before.name !== after.name || before.region !== after.region) {
      const performances = await performancesAt(trx, id);
      await addAudits(
        trx,
        performances.map((performanceId) => shownChange(by, { before, after, performanceId })),
      );
      await announceChange(trx, parts.outbox, performances);
    }
    return after;
  });
}

interface HallToAdd {
  readonly venueId: string;
  readonly given: z.output<typeof NewHall>;
}

/** @throws Problem venue_not_found, forbidden */
export async function createHall({ db }: Parts, by: Person, { venueId, given }: HallToAdd) {
  const id = newId();
  return await db.transaction(async (trx) => {
    await hold(trx, 'venues', venueId);
    const { creatorId } = await venueOf(trx, venueId);
    if (!mayAddTo(by, [creatorId])) throw problem(platformErrors, 'forbidden');
    await insertHall(trx, { ...given, id, venueId, creatorId: by.memberId });
    const { record } = await hallOf(trx, id);
    const subject = { kind: 'hall', id };
    await addAudit(trx, { ...venueChange(by, id), subject, action: 'hall.created', before: null, after: record });
    return record;
  });
}

function venueChange(by: Person, id: string) {
  return { by: by.memberId, subject: { kind: 'venue', id }, performanceId: null };
}

/** What the history of a performance says of its venue: as much as can be seen of it there. */
function shownChange(
  by: Person,
  { before, after, performanceId }: { readonly before: Venue; readonly after: Venue; readonly performanceId: string },
): AuditRecord {
  const shown = ({ name, region }: Venue) => ({ name, region });
  const change = { ...venueChange(by, after.id), action: 'venue.updated', performanceId };
  return { ...change, before: shown(before), after: shown(after) };
}
