export { type Document, type Grade, KnownSession } from './known-session.ts';
export { SessionBook, type SessionBookOptions } from './session-book.ts';
