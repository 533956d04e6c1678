import type { State } from './seat-states.ts';

/** The whole picture of a session as Redis has it, or that there is none now. */
export type PictureOutcome =
  | {
      readonly kind: 'bits';
      readonly version: number;
      readonly units: number;
      /** Two bits a unit, the first unit in the highest bits of the first byte. May end early: the rest is free. */
      readonly bitmap: Uint8Array;
    }
  | { readonly kind: 'stale' };

/** The pictures of sessions, which somebody else keeps in Redis. */
export interface ImageReader {
  bits(sessionId: string): Promise<PictureOutcome>;
  /** Of the image that is there now. */
  epoch(sessionId: string): Promise<number | undefined>;
}

/** What one entry of the stream of changes says. */
export interface PictureChange {
  /** The image was built anew: nothing before it counts. */
  readonly reset: boolean;
  readonly steps: readonly { readonly state: State; readonly units: readonly number[] }[];
}

/** How the changes of a session are read. Its entries are numbered `<epoch>-<count>`, one more for each change. */
export interface ChangeStream {
  /** Without the prefix of the connection. */
  keyOf(sessionId: string): string;
  parse(entry: readonly [id: string, fields: readonly string[]]): PictureChange;
  /** The id of the entry that made a version. */
  idOf(version: number): string;
}
