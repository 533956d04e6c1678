import { readFile, writeFile } from 'node:fs/promises';
import { drawnPages, redraw } from './drawn-pages.ts';

/** Draws the pages anew that are drawn from the code of the services. */
for (const { file, draw } of drawnPages) {
  const before = await readFile(file, 'utf8');
  const after = redraw(before, draw);
  if (after !== before) await writeFile(file, after);
  process.stdout.write(`${file} ${after === before ? 'is current' : 'is drawn anew'}\n`);
}
