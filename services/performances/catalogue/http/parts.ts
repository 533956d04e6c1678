import type { FileStore } from '@ticketaka/platform/file-store';
import type { Catalogue } from '../catalogue.ts';
import type { Freshness } from '../freshness.ts';
import type { SeatMaps } from '../seat-maps.ts';

/** What the handlers stand on. */
export interface CatalogueParts {
  readonly catalogue: Catalogue;
  readonly freshness: Freshness;
  readonly seatMaps: Pick<SeatMaps, 'read'>;
  /** Where the images of posters are. */
  readonly files: FileStore;
  readonly now: () => Date;
}
