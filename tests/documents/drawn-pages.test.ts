import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { drawnPages, redraw } from './drawn-pages.ts';

describe.each(drawnPages.map((page) => [basename(page.file), page] as const))('%s', (_, { file, draw }) => {
  it('is what its code says now: npx node tests/documents/draw.ts draws it', async () => {
    const written = await readFile(file, 'utf8');
    expect(redraw(written, draw)).toBe(written);
  });
});

describe('a drawn section', () => {
  const page = 'before\n<!-- drawn: states, by a command -->\nold $&\n<!-- end -->\nafter\n';

  it('is replaced, and what is around it stays', () => {
    expect(redraw(page, () => 'new $&\n')).toBe(page.replace('old', 'new'));
  });

  it('that is missing is an error', () => {
    expect(() => redraw('before\nafter\n', () => '')).toThrow('no drawn section');
  });
});
