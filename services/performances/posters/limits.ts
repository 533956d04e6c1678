import type { Text } from '@ticketaka/platform/contract';

/** What a poster may be. The bytes of the upload are limited by its route. */
export const limits = {
  bytes: 10_000_000,
  /** Of the picture that comes out, whatever it is packed into: a few kilobytes can hold a gigabyte. */
  pixels: 50_000_000,
  /** Of the same, decoded: an interlaced picture is in memory whole. 50 megapixels with transparency, in 8 bits. */
  decodedBytes: 200_000_000,
  /** Of each side. */
  smallest: 64,
  /** One side to the other; also keeps the tallest below the 16 383 pixels that WebP can hold. */
  longest: 10,
  /** Of one performance. */
  posters: 10,
} as const;

/** In pixels. The pages choose by the place that they have. */
const standardWidths = [160, 320, 640, 1280] as const;

/** The widths that a picture is shown in: nothing is enlarged, and of a small one nothing is lost. */
export function widthsFor(width: number): readonly number[] {
  const largest = Math.min(width, 1280);
  return [...standardWidths.filter((standard) => standard < largest), largest];
}

/** Why a file cannot be a poster. */
export type Fault = keyof typeof faults;

export const faults = {
  other_type: { en: 'Only JPEG, PNG and WebP', ko: 'JPEG, PNG, WebP 이미지만 올릴 수 있습니다' },
  damaged: { en: 'It is damaged, or not all there', ko: '손상되었거나 일부가 없는 파일입니다' },
  too_many_bytes: { en: 'At most 10 MB', ko: '10MB 이하만 올릴 수 있습니다' },
  too_many_pixels: {
    en: 'At most 50 megapixels, half as many with 16 bits',
    ko: '5천만 화소(16비트는 2천5백만 화소) 이하만 올릴 수 있습니다',
  },
  too_small: { en: 'At least 64 pixels on each side', ko: '가로세로 64픽셀 이상이어야 합니다' },
  too_long: {
    en: 'No side may be more than ten times the other',
    ko: '한 변이 다른 변의 10배를 넘을 수 없습니다',
  },
} as const satisfies Readonly<Record<string, Text>>;

export interface Size {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytesPerPixel: number;
}

/** What is wrong with the size of a picture, as its header gives it. */
export function sizeFault({ width, height, bytesPerPixel }: Size): Fault | undefined {
  const pixels = width * height;
  if (pixels > limits.pixels || pixels * bytesPerPixel > limits.decodedBytes) return 'too_many_pixels';
  if (Math.min(width, height) < limits.smallest) return 'too_small';
  return Math.max(width, height) > limits.longest * Math.min(width, height) ? 'too_long' : undefined;
}
