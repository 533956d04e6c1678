export { DatabaseClock } from './database-clock.ts';
