import { posterOf } from '../store/poster-urls.ts';

/** Every poster has a new id, and what is under a key never changes. */
export function posterKey(posterId: string, file: string): string {
  return `posters/${posterId}/${file}`;
}

export function fileOf(width: number): string {
  return `${width}.webp`;
}

export const contentType = 'image/webp';

/** Where the largest is. */
export function posterLocation(posterId: string, widths: readonly number[]): string {
  return posterOf(posterId, widths.slice(-1)).widths.map(({ url }) => url)[0] ?? '';
}
