import { join } from 'node:path';
import { renderReservationStates } from '../../services/reservation/domain/reservation-states-page.ts';

const section = /(?<=<!-- drawn: [^>]*-->\n)[^]*?(?=<!-- end -->)/;

/** Pages with a section that is drawn from code, and what draws it. */
export const drawnPages = [
  { file: join(import.meta.dirname, '../../docs/reservation-states.md'), draw: renderReservationStates },
] as const;

/**
 * The page with its drawn section as the code is now; what people wrote around it stays.
 * @throws when the page has no such section
 */
export function redraw(page: string, draw: () => string): string {
  if (!section.test(page)) throw new Error('the page has no drawn section');
  return page.replace(section, () => draw());
}
