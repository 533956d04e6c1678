export type { PosterParts } from './change-posters.ts';
export { createImageRenderer, type ImageRenderer, type ImageRendererOptions } from './image-renderer.ts';
export { posterFiles } from './migration.ts';
export { posterHandlers } from './poster-handlers.ts';
export { posterImageHandlers } from './poster-image-handlers.ts';
export { createPosterSweep, type PosterSweepOptions } from './poster-sweep.ts';
