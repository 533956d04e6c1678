import type { FileStore } from '@ticketaka/platform/file-store';
import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import type { z } from 'zod';
import type { Person } from '../domain/rights.ts';
import { errors } from '../errors.ts';
import { announceChange } from '../events/changes.ts';
import type { PerformanceRecord } from '../schemas/manage.ts';
import { addAudit } from '../store/audit.ts';
import type { Parts } from '../use-cases/parts.ts';
import { holdPerformance, performanceOf } from '../use-cases/performances.ts';
import { faults, limits } from './limits.ts';
import { contentType, fileOf, posterKey } from './poster-file.ts';
import { deletePoster, insertPoster, keepFiles, noteFiles, releaseFiles } from './poster-store.ts';
import { type ImageRenderer, type RenderedImage, UnfitImage } from './rendering.ts';

type Performance = z.output<typeof PerformanceRecord>;

export interface PosterParts extends Parts {
  readonly files: FileStore;
  readonly images: ImageRenderer;
}

/** Far longer than an upload takes. */
const abandonedAfterSeconds = 3600;
/** Catalogues that are a little behind still show it, and so do pages that are open. */
const takenDownAfterSeconds = 600;

export interface Upload {
  readonly performanceId: string;
  readonly file: Uint8Array;
}

export interface Added {
  readonly performance: Performance;
  readonly poster: { readonly id: string; readonly widths: readonly number[] };
}

/**
 * Adds a poster. Its files are written before anybody is told of them; should it come to nothing, they are swept away.
 * @throws Problem performance_not_found, image_invalid, posters_full
 */
export async function addPoster(parts: PosterParts, by: Person, { performanceId, file }: Upload): Promise<Added> {
  const { db, outbox } = parts;
  // Asked before the work, and again when nobody else can add one.
  requireRoom(await performanceOf(db.kysely, by, performanceId));
  const rendered = await render(parts.images, file);
  const poster = { id: newId(), widths: rendered.map(({ width }) => width) };
  await noteFiles(db.kysely, poster, abandonedAfterSeconds);
  await writeFiles(parts.files, poster.id, rendered);
  return await db.transaction(async (trx) => {
    requireRoom(await holdPerformance(trx, by, performanceId));
    if (!(await keepFiles(trx, poster.id))) throw new Error('the upload took longer than its files are kept');
    await insertPoster(trx, { ...poster, performanceId });
    await announceChange(trx, outbox, [performanceId]);
    await addAudit(trx, {
      ...changeOf(by, performanceId, poster.id),
      action: 'poster.added',
      before: null,
      after: poster,
    });
    return { performance: await performanceOf(trx, by, performanceId), poster };
  });
}

/** @throws Problem performance_not_found, poster_not_found */
export async function removePoster(
  { db, outbox }: Parts,
  by: Person,
  { performanceId, posterId }: { readonly performanceId: string; readonly posterId: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const { posters } = await holdPerformance(trx, by, performanceId);
    if (!(await deletePoster(trx, { id: posterId, performanceId }))) throw problem(errors, 'poster_not_found');
    await releaseFiles(trx, posterId, takenDownAfterSeconds);
    await announceChange(trx, outbox, [performanceId]);
    const before = posters.find(({ id }) => id === posterId);
    await addAudit(trx, { ...changeOf(by, performanceId, posterId), action: 'poster.removed', before, after: null });
  });
}

function requireRoom({ posters }: Performance) {
  if (posters.length >= limits.posters) throw problem(errors, 'posters_full', { extensions: { max: limits.posters } });
}

async function render(images: ImageRenderer, file: Uint8Array): Promise<readonly RenderedImage[]> {
  try {
    return await images.render(file);
  } catch (error) {
    if (!(error instanceof UnfitImage)) throw error;
    const { fault } = error;
    throw problem(errors, 'image_invalid', { detail: faults[fault], extensions: { reason: fault }, cause: error });
  }
}

async function writeFiles(files: FileStore, posterId: string, rendered: readonly RenderedImage[]) {
  const written = await Promise.allSettled(
    rendered.map(({ width, bytes }) => files.put(posterKey(posterId, fileOf(width)), bytes, { contentType })),
  );
  // Only now that none is still on its way: one that arrived after the sweep would stay for ever.
  for (const each of written) if (each.status === 'rejected') throw each.reason;
}

function changeOf(by: Person, performanceId: string, posterId: string) {
  return { by: by.memberId, subject: { kind: 'poster', id: posterId }, performanceId };
}
