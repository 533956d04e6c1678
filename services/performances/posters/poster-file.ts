import { posterOf } from '../store/poster-urls.ts';

/** Every poster has a new id, and what is under a key never changes. */
export function posterKey(posterId: string, width: number): string {
  return `posters/${posterId}/${width}.webp`;
}

export function posterKeys(posterId: string, widths: readonly number[]): readonly string[] {
  return widths.map((width) => posterKey(posterId, width));
}

export const contentType = 'image/webp';

/** Where the largest is. */
export function posterLocation(posterId: string, widths: readonly number[]): string {
  return posterOf(posterId, widths.slice(-1)).widths.map(({ url }) => url)[0] ?? '';
}
