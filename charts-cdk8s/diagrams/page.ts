import type { Topology } from '../topology/topology.ts';
import { diagrams } from './diagrams.ts';

const section = /(?<=<!-- drawn: ([a-z]+), [^>]*-->\n)[^]*?(?=<!-- end -->)/g;

/**
 * A page with every drawn section as the declarations are now; what people wrote around them stays.
 * @throws when a section has a name that nothing draws, or one that can be drawn has no section
 */
export function redraw(page: string, topology: Topology): string {
  const missing = new Set(Object.keys(diagrams));
  const drawn = page.replaceAll(section, (_, name: string) => {
    const draw = diagrams[name];
    if (!draw) throw new Error(`nothing draws '${name}'; there are ${Object.keys(diagrams).join(', ')}`);
    missing.delete(name);
    return `${draw(topology)}\n`;
  });
  if (missing.size > 0) throw new Error(`the page has no section for ${[...missing].join(', ')}`);
  return drawn;
}
