import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, writeJwks } from '@ticketaka/platform/keys';
import { newTrace } from '@ticketaka/platform/telemetry';
import { signToken } from '@ticketaka/platform/testing';
import { requestOf } from './lane.ts';

/** Somebody with an access token. */
export interface Member {
  readonly memberId: string;
  readonly token: string;
}

/** People with tokens as auth signs them. */
export class Crowd implements AsyncDisposable {
  readonly #directory: string;
  readonly members: readonly Member[];

  private constructor(directory: string, members: readonly Member[]) {
    this.#directory = directory;
    this.members = members;
  }

  static async gather(size: number): Promise<Crowd> {
    const directory = await mkdtemp(join(tmpdir(), 'bench-crowd-'));
    const keys = createKeySet(await generateKey(), new Date());
    await writeJwks(join(directory, 'jwks.json'), keys);
    const members = Array.from({ length: size }, () => {
      const memberId = newId();
      return { memberId, token: signToken(keys, { memberId, roles: [] }) };
    });
    return new Crowd(directory, members);
  }

  get jwks(): string {
    return join(this.#directory, 'jwks.json');
  }

  member(at: number): Member {
    const member = this.members[at % this.members.length];
    if (!member) throw new Error('nobody is there');
    return member;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true });
  }
}

/** A POST of the service by a member, with a key of its own, as the gateway passes it on. */
export function post(path: string, { token }: Member, body: object): string {
  const headers = {
    authorization: `Bearer ${token}`,
    'idempotency-key': newId(),
    'x-request-id': randomUUID(),
    traceparent: newTrace(),
  };
  return requestOf({ method: 'POST', path: `/api/reservations${path}`, headers, body });
}
