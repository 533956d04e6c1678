import type { Fault } from './limits.ts';

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
