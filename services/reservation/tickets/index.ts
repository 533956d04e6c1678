export { type Admission, checkIn } from './check-in.ts';
export { enteredAmong, listDuplicates } from './check-in-store.ts';
export { countCheckIns, listRevoked } from './door.ts';
export { ticketHandlers } from './handlers.ts';
export { checkIns } from './migration.ts';
export type { TicketClaims } from './payload.ts';
export { ticketsOf } from './represent.ts';
export { type Duplicate, maxScans, type Outcome, type Scan, type ScanBatch } from './scan.ts';
export { type TicketKeys, ticketKeys } from './token.ts';
