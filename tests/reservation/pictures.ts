import { waitFor } from '@ticketaka/platform/testing';
import type { Page } from '../../services/reservation/availability/test/page.ts';
import { readUnit, type SeatImage } from '../../services/reservation/seats/index.ts';
import type { Picture, Session, Shown } from './history.ts';

export interface PictureSources {
  readonly sessions: readonly Session[];
  /** Of the replicas. */
  readonly urls: readonly string[];
  readonly image: Pick<SeatImage, 'bits'>;
  /** Open in browsers. */
  readonly pages: readonly { readonly sessionId: string; readonly page: Page }[];
}

const shownAs: readonly Shown[] = ['free', 'held', 'taken', 'blocked'];

/** Of Redis, of each replica's memory, and of pages. */
export async function readPictures({ sessions, urls, image, pages }: PictureSources): Promise<readonly Picture[]> {
  const pictures: Picture[] = [];
  const note = (sessionId: string, where: string, { units, bits }: { units: number; bits: Uint8Array }) => {
    const shown = Array.from({ length: units }, (_, unit) => shownAs[readUnit(bits, unit)] ?? 'free');
    pictures.push({ sessionId, where, shown });
  };
  for (const { id, units } of sessions) {
    for (const url of urls) {
      const response = await fetch(`${url}/api/reservations/sessions/${id}/availability`);
      const bits = new Uint8Array(await response.arrayBuffer());
      if (response.ok) note(id, url, { units, bits });
    }
    const picture = await waitFor(() => image.bits(id), { timeoutMs: 30_000, what: 'Redis' });
    if (picture.kind === 'bits') note(id, 'Redis', { units, bits: picture.bitmap });
  }
  for (const [index, { sessionId, page }] of pages.entries())
    if (!page.over)
      pictures.push({
        sessionId,
        where: `page ${index + 1}`,
        shown: page.seats.map((seat) => shownAs[seat] ?? 'free'),
      });
  return pictures;
}
