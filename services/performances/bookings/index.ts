export { createBookingCounts } from './consume.ts';
export { bookings } from './migration.ts';
export { type BookedPlaces, readBookedPlaces } from './read-places.ts';
