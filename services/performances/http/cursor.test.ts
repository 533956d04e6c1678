import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { pageOf, readCursor, writeCursor } from './cursor.ts';

const page = (rows: number[]) => pageOf(rows, 2, (last) => last);
const schema = z.object({ name: z.string(), id: z.string() });

describe('a cursor', () => {
  it('is read as it was written', () => {
    const position = fc.record({ name: fc.string(), id: fc.string() });
    fc.assert(fc.property(position, (given) => expect(readCursor(schema, writeCursor(given))).toEqual(given)));
  });

  it('that nobody wrote is refused', () => {
    const foreign = fc.oneof(fc.string(), fc.jsonValue().map(writeCursor));
    fc.assert(
      fc.property(foreign, (given) => {
        expect(() => readCursor(schema.extend({ never: z.never() }), given)).toThrow('invalid_request');
      }),
    );
  });

  it('comes with a page exactly when there is more', () => {
    expect(page([])).toEqual({ page: [] });
    expect(page([1, 2])).toEqual({ page: [1, 2] });
    expect(page([1, 2, 3])).toEqual({ page: [1, 2], next: writeCursor(2) });
  });
});
