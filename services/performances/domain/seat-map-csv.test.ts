import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anySeatMap } from '../test/any-seat-map.ts';
import { faultsOf, unitsOf } from './seat-map.ts';
import { seatMapFromCsv, seatMapToCsv } from './seat-map-csv.ts';

const heading = 'section,kind,floor,row,number,x,y,seatKind,blocked,capacity';
const read = (...lines: string[]) => seatMapFromCsv([heading, ...lines].join('\n'));

function faultsOfText(text: string) {
  const result = seatMapFromCsv(text);
  return 'faults' in result ? result.faults.map(({ line, message }) => `${line}: ${message.en}`) : [];
}

const faultsIn = (...lines: string[]) => faultsOfText([heading, ...lines].join('\n'));

describe('a seat map as CSV', () => {
  it('becomes the same map again, unit by unit', () => {
    const whole = anySeatMap.filter((map) => faultsOf(map).length === 0);
    fc.assert(
      fc.property(whole, (map) => {
        const again = seatMapFromCsv(seatMapToCsv(map));
        expect(again).toEqual({ map });
        if ('map' in again) expect([...unitsOf(again.map)]).toEqual([...unitsOf(map)]);
      }),
      { numRuns: 300 },
    );
  });

  it('is numbered in the order of its lines', () => {
    const result = read('A,seated,1,가,2,1,0,,,', 'A,seated,1,가,1,0,0,wheelchair,no,', 'S,standing,,,,,,,,2');
    expect(result).toEqual({
      map: {
        sections: [
          {
            kind: 'seated',
            name: 'A',
            floor: '1',
            rows: [
              {
                name: '가',
                seats: [
                  { number: '2', x: 1, y: 0 },
                  { number: '1', x: 0, y: 0, kind: 'wheelchair', blocked: false },
                ],
              },
            ],
          },
          { kind: 'standing', name: 'S', capacity: 2 },
        ],
      },
    });
  });

  it('may have its columns in any order, the mark of a spreadsheet, empty lines and quotes', () => {
    const text =
      '\uFEFFkind,section,y,x,number,row\r\nseated,"A, left",0,1,1,1\r\n\r\n,,,,,\r\nseated,"A, left",0,2,2,1\r\n';
    const result = seatMapFromCsv(text);
    expect('map' in result && [...unitsOf(result.map)].map(({ section, number }) => `${section} ${number}`)).toEqual([
      'A, left 1',
      'A, left 2',
    ]);
  });

  it('is not run by a spreadsheet as a formula', () => {
    const csv = seatMapToCsv({ sections: [{ kind: 'standing', name: '=1+1', capacity: 1 }] });
    expect(csv).toContain("\r\n'=1+1,standing");
  });
});

describe('the faults of a CSV file', () => {
  it('name the line, and are all told', () => {
    expect(
      faultsIn('A,seated,1,1,1,0,0,,,', 'A,seated,1,1,2,x,0,,,', 'A,seat,1,1,3,0,0,,,', 'S,standing,,,,,,,,0'),
    ).toEqual([
      expect.stringMatching(/^3: x: .*number/),
      expect.stringMatching(/^4: kind: /),
      expect.stringMatching(/^5: capacity: /),
    ]);
  });

  it('name the line of a section that begins again, of a row and of a seat that come twice', () => {
    const first = ['A,seated,,1,1,0,0,,,', 'B,seated,,1,1,0,0,,,'];
    expect(faultsIn(...first, 'A,seated,,2,1,0,1,,,')).toEqual(['4: another section has this name']);
    expect(faultsIn(...first, 'B,seated,,2,1,0,1,,,', 'B,seated,,1,2,1,0,,,')).toEqual([
      '5: another row of this section has this name',
    ]);
    expect(faultsIn(...first, 'B,seated,,1,1,1,0,,,')).toEqual(['4: another seat of this row has this number']);
    expect(faultsIn(...first, 'B,seated,2,1,2,1,0,,,')).toEqual([
      '4: the lines before give this section another floor',
    ]);
  });

  it('name a row that is too long by its first seat too many', () => {
    const lines = Array.from({ length: 501 }, (_, index) => `A,seated,,1,${index},${index},0,,,`);
    expect(faultsIn(...lines)).toEqual(['502: at most 500 seats are possible in a row']);
  });

  it('are a heading that lacks a column, no place at all, and text that is no CSV', () => {
    expect(faultsOfText('name,kind\nA,standing')).toEqual(['1: the heading lacks section']);
    expect(faultsOfText('')).toEqual(['1: the heading lacks section, kind']);
    expect(faultsOfText(heading)).toEqual(['1: there is no place in it']);
    expect(faultsOfText(`${heading}\nA,standing,,,,,,,,1\nB,"stand"ing,,,,,,,,1`)).toEqual([
      '3: this is not CSV: a quote is not closed or not alone',
    ]);
  });
});
