import type { Catalogue } from '../catalogue.ts';
import type { Freshness } from '../freshness.ts';
import type { SeatMaps } from '../seat-maps.ts';

/** Where the images of posters are. */
export interface PosterFiles {
  /** @returns undefined when there is no such image */
  read(posterId: string, file: string): Promise<Uint8Array | undefined>;
}

/** What the handlers stand on. */
export interface CatalogueParts {
  readonly catalogue: Catalogue;
  readonly freshness: Freshness;
  readonly seatMaps: Pick<SeatMaps, 'read'>;
  readonly posters: PosterFiles;
  readonly now: () => Date;
}
