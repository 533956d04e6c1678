// The renderer is not here: it loads libvips, which nobody but the write side needs.
export { posterHandlers } from './poster-handlers.ts';
export { posterImageHandlers } from './poster-image-handlers.ts';
export { createPosterSweep } from './poster-sweep.ts';
