import { beforeAll, describe, expect, it } from '@jest/globals';
import { assert, asyncProperty, integer, string } from 'fast-check';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { qrPng, qrSvg } from './index.ts';

/** As a camera would: the picture is drawn by libvips, which knows nothing of how we wrote it. */
async function read(picture: Uint8Array | string) {
  const { data, info } = await pixelsOf(picture);
  return decodeQR({ width: info.width, height: info.height, data }, { timeLimit: 5_000 });
}

/** At 6 times 72 dots per inch a unit of an SVG is 6 pixels. */
function pixelsOf(picture: Uint8Array | string) {
  const image = sharp(Buffer.from(picture), { density: 72 * 6 });
  return image.flatten({ background: '#ffffff' }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
}

// libvips has one list of what it may read for a whole process, where a test of the images of others may have been before.
beforeAll(() => sharp.unblock({ operation: ['VipsForeignLoadSvg'] }));

const texts = string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 });

describe.each([
  ['PNG', (text: string) => qrPng(text)],
  ['SVG', qrSvg],
])('a QR symbol as %s', (_, make) => {
  it('gives the text back to whom scans it', async () => {
    await assert(
      asyncProperty(texts, async (text) => {
        expect(await read(make(text))).toBe(text);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('has four white modules around it', async () => {
    const { data, info } = await pixelsOf(make('quiet'));
    const unit = info.width / (21 + 8);
    expect(info.height).toBe(info.width);
    for (let y = 0; y < info.height; y += 1) {
      for (let x = 0; x < info.width; x += 1) {
        const inside = [x, y].every((at) => at >= 4 * unit && at < info.width - 4 * unit);
        if (!inside && data[(y * info.width + x) * 4] !== 255) throw new Error(`dark at ${x}, ${y}`);
      }
    }
    // The control: the first finder begins right there.
    expect(data[(4 * unit * info.width + 4 * unit) * 4]).toBe(0);
  });

  it('refuses what it cannot hold', () => {
    expect(() => make('')).toThrow();
    expect(() => make('a'.repeat(3_000))).toThrow();
  });
});

describe('qrPng', () => {
  it('survives a spot: error correction M', async () => {
    const token = 'x'.repeat(180);
    const { data, info } = await pixelsOf(qrPng(token));
    // 8 by 8 modules out of 53 by 53, in the middle.
    const [from, to] = [Math.round(info.width / 2) - 24, Math.round(info.width / 2) + 24];
    for (let y = from; y < to; y += 1) data.fill(255, (y * info.width + from) * 4, (y * info.width + to) * 4);
    expect(decodeQR({ ...info, data }, { timeLimit: 5_000 })).toBe(token);
  });

  it('draws each module as large as it is told, in little space', async () => {
    await assert(
      asyncProperty(integer({ min: 2, max: 12 }), async (scale) => {
        const png = qrPng('x'.repeat(180), { scale });
        const { width, channels, space } = await sharp(png).metadata();
        expect({ width, channels, space }).toEqual({ width: (53 + 8) * scale, channels: 1, space: 'b-w' });
        expect(png.byteLength).toBeLessThan(4_000);
      }),
      { numRuns: 11 },
    );
  });
});
