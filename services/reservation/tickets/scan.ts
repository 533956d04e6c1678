import { createHash } from 'node:crypto';
import type { Label } from '../schemas/common.ts';

/** Scans in one request, at most. */
export const maxScans = 500;

export interface Scan {
  /** Chosen by the device for this scan: sending it again gives the first answer again. */
  readonly scanId: string;
  readonly token: string;
  /**
   * Of a scan made without a connection, where the device has let the person in by itself: when, by its clock. Absent
   * where the person waits for the answer.
   */
  readonly scannedAt?: Date | undefined;
}

/** Scans of one device. */
export interface ScanBatch {
  /** The session that the gate is open for. */
  readonly sessionId: string;
  /** The member of the staff. */
  readonly by: string;
  /** The gate or device, up to 64 characters. */
  readonly gate: string;
  readonly scans: readonly Scan[];
}

/** When and where somebody went in. */
export interface Entry {
  readonly at: Date;
  readonly gate: string;
}

/**
 * - `admitted`: the first to go in with this ticket
 * - `already`: somebody went in with it before
 * - `wrong-session`: it is for another session
 * - `cancelled`: it was given back
 * - `superseded`: its code was made anew, and this is an older one
 * - `invalid`: the code is none of ours
 */
export type Outcome =
  | { readonly kind: 'admitted' | 'cancelled' | 'superseded' | 'invalid' }
  | ({ readonly kind: 'already' } & Entry)
  | { readonly kind: 'wrong-session'; readonly sessionId: string };

export interface ScannedTicket {
  readonly id: string;
  readonly label: Label;
  readonly grade: string;
}

export interface ScanResult {
  readonly scanId: string;
  readonly outcome: Outcome;
  /** Absent when it is invalid. */
  readonly ticket?: ScannedTicket;
}

/** A ticket that more than one person went in with, which only devices without a connection can let happen. */
export interface Duplicate {
  readonly ticketId: string;
  readonly first: Entry;
  /** In their order. */
  readonly others: readonly Entry[];
}

/**
 * What a scan is known by: its device's id for it, and what was scanned, so that a device which gives one id to two
 * scans loses neither. No UUID, since MariaDB 10.11 takes not all that are made of a hash (version 8).
 */
export function scanKey(sessionId: string, { scanId, token }: Scan): string {
  return createHash('sha256').update(`${sessionId} ${scanId} ${token}`).digest().toString('base64url', 0, 16);
}

const oldestMs = 30 * 86_400_000;

/**
 * When a scan counts as made. The clock of a device may be anything; it can neither be ahead of ours, nor so far behind
 * that it is before all others for ever.
 */
export function timeOf({ scannedAt }: Scan, now: Date): Date {
  if (!scannedAt) return now;
  return new Date(Math.min(Math.max(scannedAt.getTime(), now.getTime() - oldestMs), now.getTime()));
}
