import { bulkhead } from 'cockatiel';
import sharp from 'sharp';
import { imageTypeOf } from './image-type.ts';
import { type Fault, limits, sizeFault, widthsFor } from './limits.ts';

/** The file cannot be a poster. */
export class UnfitImage extends Error {
  override readonly name = 'UnfitImage';
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(`not a poster: ${fault}`, options);
    this.fault = fault;
  }
}

export interface RenderedImage {
  /** In pixels. */
  readonly width: number;
  /** WebP. */
  readonly bytes: Uint8Array;
}

export interface ImageRenderer {
  /**
   * The picture in its widths, ascending: upright, in sRGB, made anew from its pixels. Nothing else of the file is left,
   * neither what a camera wrote into it nor what somebody hid in it. Of an animation, the first picture.
   * @throws UnfitImage, and BulkheadRejectedError, which clients see as 503
   */
  render(file: Uint8Array): Promise<readonly RenderedImage[]>;
}

export interface ImageRendererOptions {
  /**
   * Pictures at once. Each may take a core for seconds, and for the worst that fits the limits some 300 MB.
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
  const { format, autoOrient } = await damagedOtherwise(() => header.metadata());
  if (format !== imageTypeOf(file)) throw new UnfitImage('other_type');
  const fault = sizeFault(autoOrient.width, autoOrient.height);
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
