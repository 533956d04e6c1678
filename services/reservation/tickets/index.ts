export { type Admission, type CheckInOptions, type CheckInReport, checkIn } from './check-in.ts';
export { listDuplicates } from './check-in-store.ts';
export { countCheckIns, type DoorCounts, listRevoked, type RevokedTicket } from './door.ts';
export { checkIns } from './migration.ts';
export { readPayload, type TicketClaims } from './payload.ts';
export { type TicketView, ticketsOf } from './represent.ts';
export {
  type Duplicate,
  type Entry,
  maxScans,
  type Outcome,
  type Scan,
  type ScanBatch,
  type ScannedTicket,
  type ScanResult,
} from './scan.ts';
export { type TicketJwk, type TicketKeys, type TicketKeysOptions, ticketKeys } from './token.ts';
