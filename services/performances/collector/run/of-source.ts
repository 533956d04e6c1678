import { BrokenCircuitError, TaskCancelledError } from '@ticketaka/platform/breaker';
import { SourceFailure, SourceRefusal } from '../source/source.ts';
import { UnreadableXml } from '../source/xml.ts';

const kinds = [SourceFailure, SourceRefusal, UnreadableXml, BrokenCircuitError, TaskCancelledError];

/** Whether it is the source that failed, and not us. */
export function isOfSource(error: unknown): error is Error {
  return kinds.some((kind) => error instanceof kind);
}
