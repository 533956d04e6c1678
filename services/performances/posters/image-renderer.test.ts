import { beforeAll, describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, double, integer, tuple } from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { createImageRenderer } from './image-renderer.ts';
import { imageTypeOf } from './image-type.ts';
import { UnfitImage } from './rendering.ts';
import { jpegHeader, pngOf, pngWith, quarters, webpHeader } from './test/pictures.ts';

const images = createImageRenderer();
const types = ['jpeg', 'png', 'webp'] as const;

async function faultOf(file: Uint8Array): Promise<string> {
  try {
    const rendered = await images.render(file);
    return `rendered in ${rendered.length} widths`;
  } catch (error) {
    if (error instanceof UnfitImage) return error.fault;
    throw error;
  }
}

/** Colour of a picture near its corners, clockwise from the top left: `red`, `green`, `blue`, `white`. */
async function corners(webp: Uint8Array): Promise<string[]> {
  const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const offset = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    const bright = [...data.subarray(offset, offset + 3)].map((value) => (value > 128 ? 1 : 0)).join('');
    return { '100': 'red', '010': 'green', '001': 'blue', '111': 'white' }[bright] ?? bright;
  };
  return [at(0.2, 0.2), at(0.8, 0.2), at(0.8, 0.8), at(0.2, 0.8)];
}

describe.each(types)('a poster in %s', (type) => {
  it('is rendered to WebP in each width, in its proportions', async () => {
    const rendered = await images.render(await quarters(1500, 2100).toFormat(type).toBuffer());
    const sizes = await Promise.all(
      rendered.map(async ({ width, bytes }) => {
        const found = await sharp(bytes).metadata();
        expect(imageTypeOf(bytes)).toBe('webp');
        expect(await corners(bytes)).toEqual(['red', 'green', 'white', 'blue']);
        return [width, found.width, found.height];
      }),
    );
    expect(sizes).toEqual([
      [160, 160, 224],
      [320, 320, 448],
      [640, 640, 896],
      [1280, 1280, 1792],
    ]);
  });

  it('is never enlarged', async () => {
    const rendered = await images.render(await quarters(400, 500).toFormat(type).toBuffer());
    expect(rendered.map(({ width }) => width)).toEqual([160, 320, 400]);
    expect(await sharp(rendered.at(-1)?.bytes).metadata()).toMatchObject({ width: 400, height: 500 });
  });

  it.each([0.05, 0.3, 0.6, 0.9])('is refused when only %d of it is there', async (part) => {
    const whole = await noise(600, 800).toFormat(type).toBuffer();
    expect(await faultOf(whole.subarray(0, Math.floor(whole.length * part)))).toBe('damaged');
  });

  it('is refused when it is nothing but the first bytes', async () => {
    const whole = await quarters(100, 100).toFormat(type).toBuffer();
    expect(await faultOf(whole.subarray(0, 16))).toBe('damaged');
  });

  it('carries nothing on that was in the file beside the picture', async () => {
    const file = await quarters(300, 400)
      .withExif({
        IFD0: { Artist: 'SecretName', Copyright: 'SecretOwner' },
        IFD3: { GPSLatitude: '37/1 33/1 0/1', GPSLatitudeRef: 'N' },
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><SecretXmp/></x:xmpmeta>')
      .withIccProfile('p3')
      .toFormat(type)
      .toBuffer();
    expect(file.includes('SecretName')).toBe(true);
    for (const { bytes } of await images.render(file)) {
      const { exif, icc, xmp, iptc, orientation } = await sharp(bytes).metadata();
      expect({ exif, icc, xmp, iptc, orientation }).toEqual({});
      expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/Secret|adobe/);
    }
  });

  it('loses what was hidden behind the picture', async () => {
    const zip = Buffer.from('PK <script>alert("polyglot")</script> <?php system($_GET[0]); ?>');
    const file = Buffer.concat([await quarters(200, 200).toFormat(type).toBuffer(), zip]);
    for (const { bytes } of await images.render(file)) {
      expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/script|php/);
    }
  });
});

describe('orientation', () => {
  // EXIF 2.3, tag 0x0112. The picture is stored turned, and each must come out upright.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%d is applied, and not passed on', async (orientation) => {
    const turned = [2, 3, 4, 5, 6, 7, 8].includes(orientation) ? await stored(orientation) : quarters(400, 600);
    const file = await sharp(await turned.png().toBuffer())
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    const rendered = await images.render(file);
    expect(rendered.map(({ width }) => width)).toEqual([160, 320, 400]);
    for (const { bytes, width } of rendered) {
      const found = await sharp(bytes).metadata();
      expect(found.orientation).toBeUndefined();
      expect([found.width, found.height]).toEqual([width, (width * 3) / 2]);
      expect(await corners(bytes)).toEqual(['red', 'green', 'white', 'blue']);
    }
  });
});

describe('colours', () => {
  it('of a wide profile come out as they were meant', async () => {
    const [meant, shown] = await Promise.all(
      [quarters(200, 200), quarters(200, 200).withIccProfile('p3')].map(async (picture) => {
        const [first] = await images.render(await picture.png().toBuffer());
        return [...(await sharp(first?.bytes).extract({ left: 20, top: 20, width: 1, height: 1 }).raw().toBuffer())];
      }),
    );
    meant?.forEach((value, channel) => expect(Math.abs(value - (shown?.[channel] ?? -1))).toBeLessThanOrEqual(6));
  });

  it.each([
    ['grey', (picture: Sharp) => picture.greyscale().png()],
    ['16 bits', (picture: Sharp) => picture.toColourspace('rgb16').png()],
    ['a palette', (picture: Sharp) => picture.png({ palette: true })],
    ['CMYK', (picture: Sharp) => picture.toColourspace('cmyk').jpeg()],
    ['progressive', (picture: Sharp) => picture.jpeg({ progressive: true })],
    ['interlaced', (picture: Sharp) => picture.png({ progressive: true })],
  ])('may be %s', async (_, pack) => {
    const rendered = await images.render(await pack(quarters(320, 320)).toBuffer());
    expect(rendered.map(({ width }) => width)).toEqual([160, 320]);
    expect(await sharp(rendered[0]?.bytes).metadata()).toMatchObject({ format: 'webp', space: 'srgb', depth: 'uchar' });
  });

  it('stay transparent where they were', async () => {
    const clear = sharp({ create: { width: 200, height: 200, channels: 4, background: '#ff000000' } });
    const [first] = await images.render(await clear.png().toBuffer());
    expect(await sharp(first?.bytes).metadata()).toMatchObject({ hasAlpha: true });
  });
});

describe('what is not a picture that we show', () => {
  let jpeg: Buffer;
  beforeAll(async () => {
    jpeg = await quarters(200, 200).jpeg().toBuffer();
  });

  it.each([
    ['nothing', ''],
    ['text', 'this is a poster.jpg, promise'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><script>alert(1)</script></svg>'],
    ['SVG with a declaration', '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg/>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['PDF', '%PDF-1.7\n%âãÏÓ'],
    ['a script', '#!/bin/sh\necho'],
  ])('%s is refused by its content', async (_, text) => {
    expect(await faultOf(Buffer.from(text))).toBe('other_type');
  });

  it.each(['gif', 'tiff', 'avif'] as const)('%s is refused', async (type) => {
    expect(await faultOf(await quarters(200, 200).toFormat(type).toBuffer())).toBe('other_type');
  });

  it('is refused behind a beginning of a picture', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>');
    const beginnings = [jpeg.subarray(0, 3), Buffer.from('RIFF\0\0\0\0WEBP'), (await pngOf(200, 200)).subarray(0, 8)];
    for (const beginning of beginnings) expect(await faultOf(Buffer.concat([beginning, svg]))).toBe('damaged');
  });

  it('is refused when its header promises more than there is', async () => {
    expect(await faultOf(pngWith(200, 200, { rows: 0 }))).toBe('damaged');
    expect(await faultOf(pngWith(200, 200, { rows: 199 }))).toBe('damaged');
  });

  it('is refused when a picture comes after it', async () => {
    expect(await faultOf(Buffer.concat([Buffer.from('%PDF-1.7\n'), jpeg]))).toBe('other_type');
    expect(await faultOf(Buffer.concat([Buffer.from('GIF89a'), jpeg]))).toBe('other_type');
  });

  it('cannot be read in this process by any other decoder', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>');
    await expect(sharp(svg).metadata()).rejects.toThrow();
    await expect(sharp('/etc/hostname').metadata()).rejects.toThrow();
  });

  it('is refused when it has more than 10 MB', async () => {
    expect(await faultOf(Buffer.concat([jpeg, Buffer.alloc(10_000_000)]))).toBe('too_many_bytes');
  });
});

describe('a decompression bomb', () => {
  it('is refused by its header, before anything is decoded', async () => {
    const before = process.memoryUsage().rss;
    for (const header of [pngWith(30_000, 30_000), jpegHeader(65_000, 65_000), webpHeader(16_383, 16_383)]) {
      expect(await faultOf(header)).toBe('too_many_pixels');
    }
    // Each would be gigabytes.
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it('is refused when its pixels are few and large', async () => {
    expect(await faultOf(pngWith(6_000, 6_000, { bits: 16 }))).toBe('too_many_pixels');
  });

  it('is refused also when it is a whole, valid picture', async () => {
    const flat = sharp({ create: { width: 7100, height: 7100, channels: 3, background: '#000' } });
    const file = await flat.png({ compressionLevel: 9 }).toBuffer();
    expect(file.length).toBeLessThan(500_000);
    expect(await faultOf(file)).toBe('too_many_pixels');
  });
});

describe('odd proportions', () => {
  it.each([
    [63, 100, 'too_small'],
    [100, 1_100, 'too_long'],
    [1_100, 100, 'too_long'],
    [64, 640, 'rendered in 1 widths'],
    [1_300, 12_900, 'rendered in 4 widths'],
  ])('%d × %d: %s', async (width, height, what) => {
    expect(await faultOf(await pngOf(width, height))).toBe(what);
  });
});

it('of a file with wrong bytes in it there is a clean picture or a reason, and nothing else', async () => {
  const whole = new Map(
    await Promise.all(types.map(async (type) => [type, await noise(90, 120).toFormat(type).toBuffer()] as const)),
  );
  const mistakes = array(
    tuple(double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), integer({ min: 0, max: 255 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  await assert(
    asyncProperty(constantFrom(...types), mistakes, async (type, wrong) => {
      const file = Buffer.from(whole.get(type) ?? []);
      for (const [where, byte] of wrong) file[Math.floor(where ** 3 * file.length)] = byte;
      expect(await faultOf(file)).toMatch(/^(?:rendered in [1-4] widths|other_type|damaged|too_\w+)$/);
    }),
    { numRuns: 150 },
  );
});

it('works on so many at once, lets some wait and turns the others away', async () => {
  const busy = createImageRenderer({ concurrency: 1, queue: 1 });
  const file = await quarters(800, 800).jpeg().toBuffer();
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => busy.render(file)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(outcomes.at(-1)).toMatchObject({ reason: { isBulkheadRejectedError: true } });
});

/** As the camera would have stored it, so that `orientation` makes it upright. */
async function stored(orientation: number) {
  const upright = sharp(await quarters(400, 600).png().toBuffer());
  switch (orientation) {
    case 2:
      return upright.flop();
    case 3:
      return upright.rotate(180);
    case 4:
      return upright.flip();
    case 5:
      // Mirrored at the main diagonal, which undoes itself.
      return sharp(await upright.rotate(90).png().toBuffer()).flop();
    case 6:
      return upright.rotate(270);
    case 7:
      return sharp(await upright.rotate(270).png().toBuffer()).flop();
    default:
      return upright.rotate(90);
  }
}

function noise(width: number, height: number) {
  return sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  });
}
