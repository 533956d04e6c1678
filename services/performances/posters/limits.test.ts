import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { limits, sizeFault, widthsFor } from './limits.ts';

describe('the widths of a poster', () => {
  it.each([
    [4000, [160, 320, 640, 1280]],
    [1280, [160, 320, 640, 1280]],
    [1000, [160, 320, 640, 1000]],
    [640, [160, 320, 640]],
    [161, [160, 161]],
    [160, [160]],
    [100, [100]],
  ])('of %d pixels are %j', (width, widths) => {
    expect(widthsFor(width)).toEqual(widths);
  });

  it('ascend, enlarge nothing and end with all that there is, up to 1280', () => {
    assert(
      property(integer({ min: limits.smallest, max: 20_000 }), (width) => {
        const widths = widthsFor(width);
        expect(widths.toSorted((one, other) => one - other)).toEqual(widths);
        expect(new Set(widths).size).toBe(widths.length);
        expect(widths.at(-1)).toBe(Math.min(width, 1280));
      }),
    );
  });
});

describe('the size of a poster', () => {
  it.each([
    [10_000, 5_000, undefined],
    [10_001, 5_000, 'too_many_pixels'],
    [65_535, 65_535, 'too_many_pixels'],
    [64, 64, undefined],
    [63, 64, 'too_small'],
    [64, 63, 'too_small'],
    [100, 1_000, undefined],
    [100, 1_001, 'too_long'],
    [1_001, 100, 'too_long'],
  ])('%d × %d: %s', (width, height, fault) => {
    expect(sizeFault({ width, height, bytesPerPixel: 4 })).toBe(fault);
  });

  it('is less when a pixel takes more', () => {
    expect(sizeFault({ width: 5_000, height: 5_000, bytesPerPixel: 8 })).toBeUndefined();
    expect(sizeFault({ width: 5_001, height: 5_000, bytesPerPixel: 8 })).toBe('too_many_pixels');
  });
});
