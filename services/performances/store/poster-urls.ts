/** A poster as the catalogue shows it: where the image is in each of its widths. */
export function posterOf(posterId: string, widths: readonly number[]) {
  return {
    widths: widths.map((width) => ({ width, url: `/api/performances/posters/${posterId}/${width}.webp` })),
  };
}
