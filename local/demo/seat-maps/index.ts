export { arena } from './arena.ts';
export { musicalHall } from './musical-hall.ts';
export { stadium } from './stadium.ts';
export { theatre } from './theatre.ts';
