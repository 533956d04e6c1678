import { createHash } from 'node:crypto';
import type { Result } from '../parse/result.ts';
import type { Fields } from '../source/xml.ts';

export type RecordKind = 'venue' | 'performance' | 'ranking';

/** A field of a record that could not be understood. */
export interface Misreading {
  readonly field: string;
  /** As the source has it. */
  readonly value: string;
  readonly reason: string;
  /** Whether the record is of no use without it. */
  readonly blocking: boolean;
}

/** What was made of a record. Undefined when it is of no use. */
export interface Reading<T> {
  readonly value: T | undefined;
  readonly misread: readonly Misreading[];
}

/** Collects what is wrong with the fields of one record. */
export class FieldReader {
  readonly misread: Misreading[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  text(field: string): string {
    return this.#fields[field] ?? '';
  }

  /** @returns undefined when it was not understood, which makes the record useless */
  needed<T>(field: string, parse: (text: string) => Result<T>): T | undefined {
    return this.#parse(field, parse, true);
  }

  /** @param otherwise what to take when it was not understood */
  optional<T>(field: string, parse: (text: string) => Result<T>, otherwise: T): T {
    return this.#parse(field, parse, false) ?? otherwise;
  }

  reject(field: string, reason: string): void {
    this.misread.push({ field, value: this.text(field), reason, blocking: true });
  }

  #parse<T>(field: string, parse: (text: string) => Result<T>, blocking: boolean): T | undefined {
    const value = this.text(field);
    const result = parse(value);
    if (result.ok) return result.value;
    const { fragment, reason } = result.fault;
    const where = fragment !== '' && fragment !== value.trim() ? `${reason}: ${fragment}` : reason;
    this.misread.push({ field, value, reason: where, blocking });
    return undefined;
  }
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
