import { hash } from 'node:crypto';
import type { ResponseSpec } from '@ticketaka/platform/contract';
import { type Handlers, PreparedBody, problem } from '@ticketaka/platform/http';
import { LRUCache } from 'lru-cache';
import { api } from '../../api.ts';
import { errors } from '../../errors.ts';
import { SessionSummary } from '../../schemas/catalogue.ts';
import type { PerformanceDocument } from '../../schemas/feed.ts';
import type { Card } from '../card.ts';
import type { SessionOf } from '../catalogue.ts';
import { answerHeaders, caching } from './answering.ts';
import type { CatalogueParts } from './parts.ts';

/** An answer, and the card of the document that it was made of: another document has another card. */
interface MadeOf<Spec extends ResponseSpec> {
  readonly card: Card;
  readonly body: PreparedBody<Spec>;
}

type SeatMapRoutes = 'getSeatMap' | 'getSession';

const seatMapSpec = api.routes.getSeatMap.responses[200];
const sessionSpec = api.routes.getSession.responses[200];

/** Some thirty stadiums. */
const mostBytes = 128_000_000;
const sizeOf = ({ identity }: PreparedBody) => Math.ceil(identity.length * 1.3);

/**
 * Seat maps of sessions. The geometry is written into the answer as the text that it is kept as: reading, checking and
 * writing 50 000 seats for each session would stop all other answers for a moment.
 */
export function seatMapHandlers(parts: CatalogueParts): Handlers<typeof api, SeatMapRoutes> {
  const { catalogue, seatMaps } = parts;
  const headers = answerHeaders(parts);
  /** By what they say: the sessions of a run have one answer. */
  const maps = new LRUCache<string, PreparedBody<typeof seatMapSpec>>({ maxSize: mostBytes, sizeCalculation: sizeOf });
  /** By session: what is asked for most is found without looking at the document. */
  const ofSession = new LRUCache<string, MadeOf<typeof seatMapSpec>>({ max: 10_000 });
  const sessions = new LRUCache<string, MadeOf<typeof sessionSpec>>({
    maxSize: mostBytes,
    sizeCalculation: ({ body }) => sizeOf(body),
  });

  async function seatMapOf({ session }: SessionOf): Promise<PreparedBody<typeof seatMapSpec> | undefined> {
    if (session.seatMapId === null) return undefined;
    const said = JSON.stringify([session.seatMapId, session.grades, session.gradeRuns]);
    const key = hash('sha256', said, 'base64url');
    const known = maps.get(key);
    if (known) return known;
    const geometry = await seatMaps.read(session.seatMapId);
    if (!geometry) return undefined;
    const body = new PreparedBody(seatMapSpec, seatMapText(session, geometry));
    // Now, so that nobody has to wait for it later.
    await Promise.all([body.encoded('br'), body.encoded('gzip')]);
    maps.set(key, body);
    return body;
  }

  return {
    async getSeatMap({ params }) {
      const [performanceId, sessionId] = [params.performanceId.toLowerCase(), params.sessionId.toLowerCase()];
      const card = catalogue.card(performanceId);
      if (!card) throw problem(errors, 'performance_not_found');
      if (catalogue.performanceOf(sessionId) !== performanceId) throw problem(errors, 'session_not_found');
      const known = ofSession.get(sessionId);
      if (known?.card === card) return { status: 200, headers: headers(caching.seatMap), body: known.body };
      const found = catalogue.session(sessionId);
      if (!found) throw problem(errors, 'session_not_found');
      const body = await seatMapOf(found);
      if (!body) throw problem(errors, 'seat_map_not_found');
      ofSession.set(sessionId, { card, body });
      return { status: 200, headers: headers(caching.seatMap), body };
    },

    async getSession({ params }) {
      const sessionId = params.sessionId.toLowerCase();
      const card = catalogue.card(catalogue.performanceOf(sessionId) ?? '');
      const known = sessions.get(sessionId);
      if (card && known?.card === card) return { status: 200, headers: headers('no-cache'), body: known.body };
      const found = catalogue.session(sessionId);
      if (!card || !found) throw problem(errors, 'session_not_found');
      const map = await seatMapOf(found);
      // Without its map it could be sold by mistake as if it had none.
      if (!map && found.session.seatMapId !== null) throw problem(errors, 'session_not_found');
      const body = new PreparedBody(sessionSpec, sessionText(found, map));
      sessions.set(sessionId, { card, body });
      return { status: 200, headers: headers('no-cache'), body };
    },
  };
}

type Session = PerformanceDocument['sessions'][number];

/** SessionSeatMap as JSON. */
function seatMapText({ seatMapId, grades, gradeRuns }: Session, geometry: Uint8Array): Buffer {
  let units = 0;
  for (let at = 1; at < gradeRuns.length; at += 2) units += gradeRuns[at] ?? 0;
  const prices = grades.map(({ grade, price }) => ({ grade, price }));
  return Buffer.concat([
    Buffer.from(`{"seatMapId":${JSON.stringify(seatMapId)},"map":`),
    geometry,
    Buffer.from(`,${JSON.stringify({ grades: prices, gradeRuns, units }).slice(1)}`),
  ]);
}

/** SellableSession as JSON. */
function sessionText({ document, session }: SessionOf, map: PreparedBody | undefined): Buffer {
  const { id, title, ageLimit, genre, cancellationPolicy, organizerId, cancelled, venue, version } = document;
  const performance = { id, title, ageLimit, genre, cancellationPolicy, organizerId, cancelled };
  const rest = { session: SessionSummary.parse(session), performance, venue: venue.name, version };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"map":`),
    map?.identity ?? Buffer.from('null'),
    Buffer.from('}'),
  ]);
}
