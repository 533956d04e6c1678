import type { SeatImage } from '../seats/index.ts';
import { readUnit, unitState } from '../seats/index.ts';
import type { FreeUnits } from '../use-cases/free-units.ts';
import type { Pictures } from './pictures.ts';

/** Free units as Redis has them, asked for each time. */
export function createPictureFreeUnits(image: SeatImage, pictures: Pictures): Pick<FreeUnits, 'bits'> {
  return {
    async bits(session) {
      const { bitmap } = await pictures.using(session, () => image.bits(session.id));
      const words = new Uint32Array(Math.ceil(session.units / 32));
      for (let unit = 0; unit < session.units; unit += 1) {
        if (readUnit(bitmap, unit) === unitState.free)
          words[unit >>> 5] = (words[unit >>> 5] ?? 0) | (1 << (unit & 31));
      }
      return words;
    },
  };
}
