import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { csvHeader, csvLine } from '../csv.ts';

/** As a spreadsheet reads it (RFC 4180). */
function parse(text: string): string[][] {
  const lines: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error(`no CSV at ${cell.lastIndex}`);
    const [, quoted, plain = '', end] = found;
    lines.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') lines.push([]);
  }
  return lines.slice(0, -1);
}

const opening = /^[=+\-@\t\r\n＝＋－＠]/;
const nasty = fc.constantFrom(
  '=',
  '+',
  '-',
  '@',
  '＝',
  '\t',
  '\r',
  '\n',
  '"',
  ',',
  "'",
  ' ',
  ';',
  '\u{feff}',
  '김',
  'a',
  '1',
);
const cell = fc.oneof(fc.string({ unit: nasty }), fc.string({ unit: 'binary' }));

describe('a CSV file', () => {
  it('is read back as it was written, and nothing in it is a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1 }), (rows) => {
        const read = parse(rows.map((row) => csvLine(row)).join(''));
        expect(read.flat().filter((text) => opening.test(text))).toEqual([]);
        const meant = rows.map((row) => row.map((text) => (opening.test(text) ? `'${text}` : text)));
        expect(read).toEqual(meant);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"\r\n`],
    ['+82 10', `'+82 10\r\n`],
    ['-1', `'-1\r\n`],
    ['@SUM(A1)', `'@SUM(A1)\r\n`],
    ['\t=1', `"'\t=1"\r\n`],
    ['\n=1', `"'\n=1"\r\n`],
    ['＝1+1', `'＝1+1\r\n`],
    ['＋1', `'＋1\r\n`],
    ['－1', `'－1\r\n`],
    ['＠SUM(A1)', `'＠SUM(A1)\r\n`],
    ['김지우', '김지우\r\n'],
  ])('writes %j as text', (text, line) => {
    expect(csvLine([text])).toBe(line);
  });

  it('begins with a byte order mark', () => {
    expect(csvHeader(['이름'])).toBe('\u{feff}이름\r\n');
  });
});
