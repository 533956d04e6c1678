import { bulkhead } from 'cockatiel';
import sharp from 'sharp';
import { imageTypeOf } from './image-type.ts';
import { limits, sizeFault, widthsFor } from './limits.ts';
import { type ImageRenderer, type RenderedImage, UnfitImage } from './rendering.ts';

export interface ImageRendererOptions {
  /**
   * Pictures at once. Each may take a core for seconds, and up to 320 MB for the worst that fits the limits.
   * @default 2
   */
  readonly concurrency?: number;
  /** Pictures that may wait, at most 10 MB each. @default 16 */
  readonly queue?: number;
}

const seconds = 20;

/** Whatever else libvips could read stays unread: SVG, PDF and TIFF are languages rather than pictures. */
const decoders = ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'];

export function createImageRenderer({ concurrency = 2, queue = 16 }: ImageRendererOptions = {}): ImageRenderer {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: decoders });
  // No two uploads are alike, so what libvips would remember is only memory.
  sharp.cache(false);
  const gate = bulkhead(concurrency, queue);
  return {
    async render(file) {
      if (file.length > limits.bytes) throw new UnfitImage('too_many_bytes');
      if (!imageTypeOf(file)) throw new UnfitImage('other_type');
      return await gate.execute(() => renderAll(file));
    },
  };
}

async function renderAll(file: Uint8Array): Promise<readonly RenderedImage[]> {
  const { data, info } = await upright(file);
  const { width: from, height, channels } = info;
  const rendered: RenderedImage[] = [];
  for (const width of widthsFor(from)) {
    const picture = sharp(data, { raw: { width: from, height, channels } }).resize({ width });
    rendered.push({ width, bytes: await picture.timeout({ seconds }).webp({ quality: 80 }).toBuffer() });
  }
  return rendered;
}

/** Decodes the file once, no larger than it is shown, into plain pixels. */
async function upright(file: Uint8Array) {
  const width = await checkedWidth(file);
  // A picture that ends early would otherwise be filled up with grey.
  const picture = sharp(file, { failOn: 'error', limitInputPixels: limits.pixels });
  const pixels = picture
    .timeout({ seconds })
    .autoOrient()
    .resize({ width: widthsFor(width).at(-1) ?? width })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' });
  return await damagedOtherwise(() => pixels.toBuffer({ resolveWithObject: true }));
}

/** The width of the upright picture, from the header alone: nothing is decoded of what is too large to be decoded. */
async function checkedWidth(file: Uint8Array): Promise<number> {
  const header = sharp(file, { failOn: 'error', limitInputPixels: false });
  const { format, autoOrient, channels, depth } = await damagedOtherwise(() => header.metadata());
  if (format !== imageTypeOf(file)) throw new UnfitImage('other_type');
  const fault = sizeFault({ ...autoOrient, bytesPerPixel: channels * (depth === 'ushort' ? 2 : 1) });
  if (fault !== undefined) throw new UnfitImage(fault);
  return autoOrient.width;
}

async function damagedOtherwise<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // libvips has no kinds of errors; what it cannot read of a file with the right beginning is not whole.
    throw new UnfitImage('damaged', { cause: error });
  }
}
