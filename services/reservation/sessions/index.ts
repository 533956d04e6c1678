export { type Document, KnownSession } from './known-session.ts';
export { SessionBook, type SessionBookOptions } from './session-book.ts';
