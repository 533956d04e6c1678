import { type Database, isDuplicateKey, isUnavailable } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import { KeyedBatcher } from '../batching/index.ts';
import type { Schema } from '../store/schema.ts';
import { type ClaimOutcome, type ClaimRequest, claimAll } from './claim.ts';
import { type Confirmation, type ConfirmOutcome, confirmAll } from './confirm.ts';
import { ticketsConfirmed } from './figures.ts';

/** What buyers do in MariaDB, many of them in one commit. */
export interface Claims {
  /** @throws Unavailable when nobody knows whether it happened: it may be repeated as it was */
  claim(sessionId: string, request: ClaimRequest): Promise<ClaimOutcome>;
  /** @throws Unavailable as {@link claim} */
  confirm(sessionId: string, confirmation: Confirmation): Promise<ConfirmOutcome>;
}

export interface ClaimsOptions {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly metrics?: Metrics | undefined;
  /** Of one commit at most: 1 is a commit for each buyer. @default 64 */
  readonly batch?: number | undefined;
}

/** Somebody else, in another process, claimed between our look and our write; the second time we see it. */
const attempts = 3;

export function createClaims({ db, outbox, metrics, batch }: ClaimsOptions): Claims {
  const tickets = metrics && ticketsConfirmed(metrics);
  const options = { isHopeless: isUnavailable, ...(batch !== undefined && { max: batch }) };
  const claims = new KeyedBatcher<ClaimRequest, ClaimOutcome>(
    (sessionId, requests) => claimAll(db, sessionId, requests),
    options,
  );
  const confirmations = new KeyedBatcher<Confirmation, ConfirmOutcome>(
    (_, batched) => confirmAll({ db, outbox, tickets }, batched),
    options,
  );
  return {
    async claim(sessionId, request) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await claims.submit(sessionId, request);
        } catch (error) {
          if (attempt === attempts || !isDuplicateKey(error)) throw error;
        }
      }
    },
    confirm: (sessionId, confirmation) => confirmations.submit(sessionId, confirmation),
  };
}
