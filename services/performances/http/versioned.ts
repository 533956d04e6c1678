import { entityTag } from '../use-cases/precondition.ts';

/** A record with its version, which the next change of it must name. */
export function found<R extends { readonly version: number }>(record: R) {
  return { status: 200, body: record, headers: { etag: entityTag(record.version) } } as const;
}

export function created<R extends { readonly version: number }>(record: R, location: string) {
  return { status: 201, body: record, headers: { etag: entityTag(record.version), location } } as const;
}
