import { symbolOf } from './symbol.ts';

/**
 * The QR symbol of a text as an SVG document: dark on white, with its quiet zone, one unit for each module. Without
 * width and height, so that it fills what it is put into.
 * @throws Error when the text is empty or too long
 */
export function qrSvg(text: string): string {
  const rows = symbolOf(text);
  const size = rows.length;
  const runs = rows.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${runs.join('')}"/></svg>`;
}

/** Where each run of dark modules begins, and its length. */
function runsOf(row: readonly boolean[]) {
  const runs: [start: number, length: number][] = [];
  for (const [x, dark] of row.entries()) {
    if (!dark) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === x) last[1] += 1;
    else runs.push([x, 1]);
  }
  return runs;
}
