/** How long seats are kept for whom they are offered to, in milliseconds. */
export const offerMs = 15 * 60_000;

/**
 * So much longer the picture keeps them, in milliseconds: a hold that was begun in time and extended is over by then. It
 * is the worker that ends an offer, so that its seats go to the next one without being free in between.
 */
export const lingerMs = 20 * 60_000;
