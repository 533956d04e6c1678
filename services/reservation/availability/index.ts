export { type Availability, createAvailability } from './availability.ts';
export { type AvailabilityParts, availabilityHandlers } from './handlers.ts';
export type { MirrorOptions as AvailabilityOptions } from './mirror.ts';
export type { ChangeStream, PictureChange, PictureOutcome, Pictures } from './picture.ts';
export { availabilityRoutes } from './routes.ts';
export type { MirroredSession } from './session-mirror.ts';
