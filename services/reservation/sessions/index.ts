export { KnownSession, type SaleTimes } from './known-session.ts';
export { SessionBook, type SessionBookOptions } from './session-book.ts';
