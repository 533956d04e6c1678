export { type Availability, createAvailability } from './availability.ts';
export { mirroredFreeUnits } from './free-units.ts';
export { availabilityHandlers } from './handlers.ts';
export type { MirrorOptions as AvailabilityOptions } from './mirror.ts';
export type { ChangeStream } from './picture.ts';
export { availabilityRoutes } from './routes.ts';
export type { MirroredSession } from './session-mirror.ts';
