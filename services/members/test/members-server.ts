import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api as authApi } from '@ticketaka/auth/api';
import { type Email, emailAuth, emailRealtime } from '@ticketaka/mail/api';
import { createClient } from '@ticketaka/platform/client';
import { defineService } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, writeJwks, writeKeySet } from '@ticketaka/platform/keys';
import { createRateLimiter } from '@ticketaka/platform/rate-limit';
import { openRedis } from '@ticketaka/platform/redis';
import {
  createTestBroker,
  createTestDatabase,
  createTestRedis,
  randomAddress,
  waitFor,
} from '@ticketaka/platform/testing';
import { startTestWorkload } from '@ticketaka/platform/testing/workload';
import { z } from 'zod';
import { api, memberWithdrawn } from '../api.ts';
import { limits } from '../http/limits.ts';
import { service } from '../service.ts';
import { wireApi } from '../wire.ts';
import { startAuth } from './auth-process.ts';
import { startFaultProxy } from './fault-proxy.ts';

export const password = 'moonlit piano stairs';
export const person = { name: '김지우', birthDate: '1994-03-21', phone: '01012345678', locale: 'ko' } as const;

const workloads = { api: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
/** Who takes what members publishes: queues of auth as it declares them, and others in the place of theirs. */
const authQueues = defineService({
  name: 'auth',
  summary: 'Credentials',
  workloads,
  owns: { mariadb: true, redis: true },
  consumes: [{ message: memberWithdrawn }],
});
const mail = defineService({
  name: 'mail',
  summary: 'Takes the mails',
  workloads,
  consumes: [
    { message: emailAuth, queue: 'email.auth' },
    { message: emailRealtime, queue: 'email.realtime' },
  ],
});
const listener = defineService({
  name: 'listener',
  summary: 'Hears who left',
  workloads,
  consumes: [{ message: memberWithdrawn }],
});

const mailEnvelope = z.object({ data: emailAuth.data });
const withdrawalEnvelope = z.object({ data: memberWithdrawn.data });

export type MembersServer = Awaited<ReturnType<typeof startMembers>>;
export type Visitor = ReturnType<typeof visitorOf>;

/** Members as it runs, in this process, with the real auth behind a proxy that can lose what they say to each other. */
export async function startMembers() {
  const [database, redis, broker, authDatabase, authRedis] = await Promise.all([
    createTestDatabase(service),
    createTestRedis(service),
    createTestBroker([service, authQueues, mail, listener]),
    createTestDatabase(authQueues),
    createTestRedis(authQueues),
  ]);
  const directory = await mkdtemp(join(tmpdir(), 'members-'));
  const tokens = { JWKS_FILE: join(directory, 'jwks.json'), JWT_ISSUER: 'ticketaka', JWT_AUDIENCE: 'ticketaka' };
  const KEYS_FILE = join(directory, 'keyset.json');
  const keys = createKeySet(await generateKey(), new Date());
  await Promise.all([writeKeySet(KEYS_FILE, keys), writeJwks(tokens.JWKS_FILE, keys)]);
  const authServers = { MARIADB_URL: authDatabase.url, REDIS_URL: authRedis.url, AMQP_URL: broker.url(authQueues) };
  const authProcess = await startAuth({ ...tokens, ...authServers, KEYS_FILE });
  const wire = await startFaultProxy(authProcess.url);

  const workload = await startTestWorkload({
    service,
    config: { ...tokens, MARIADB_URL: database.url, REDIS_URL: redis.url, AMQP_URL: broker.url(service) },
    wire: (runtime) =>
      wireApi(runtime, { auth: createClient(authApi, { origin: wire.url, timeoutMs: 3000 }), settlePollMs: 200 }),
  });
  const { url, runtime, logged } = workload;

  // What a runtime opens after its start is closed by nobody.
  const limiterRedis = await openRedis({ url: redis.url, service: service.name, log: runtime.log });
  const resend = createRateLimiter({ ...limits.resend, redis: limiterRedis, log: runtime.log });
  const sent: Email[] = [];
  const withdrawn: string[] = [];
  async function takeMails() {
    const taken = [...(await broker.take('email.auth')), ...(await broker.take('email.realtime'))];
    sent.push(...taken.map(({ body }) => mailEnvelope.parse(JSON.parse(body)).data));
  }
  const mailsTo = (address: string) => sent.filter(({ to }) => to.address === address);

  const members = {
    url,
    database,
    authDatabase,
    /** Between members and auth. */
    wire,
    logged,

    /** Somebody at an address of their own, as the gateway would tell it. */
    visitor: (address = randomAddress()) => visitorOf({ members: url, auth: authProcess.url }, address),

    /** The mails to this address, once there are as many as this. */
    async mailsTo(address: string, count: number) {
      const enough = async () => {
        await takeMails();
        return mailsTo(address).length >= count;
      };
      await waitFor(enough, { timeoutMs: 10_000, what: `${count} mails to ${address}` });
      return mailsTo(address);
    },

    /** The newest code that was mailed there. */
    async codeFor(address: string, count = 1): Promise<string> {
      await members.mailsTo(address, count);
      const codes = mailsTo(address).flatMap(({ template }) => ('code' in template ? [template.code] : []));
      return codes.at(-1) ?? 'no code';
    },

    /** How often this member was said to have left, once it was said. */
    async withdrawalsOf(memberId: string) {
      const said = async () => {
        const taken = await broker.take('listener.members.withdrawn');
        withdrawn.push(...taken.map(({ body }) => withdrawalEnvelope.parse(JSON.parse(body)).data.memberId));
        return withdrawn.includes(memberId);
      };
      await waitFor(said, { timeoutMs: 10_000, what: 'the withdrawal' });
      // What was published after it has arrived before an empty outbox.
      await waitFor(async () => (await members.count('outbox')) === 0, { timeoutMs: 10_000, what: 'an empty outbox' });
      await said();
      return withdrawn.filter((id) => id === memberId).length;
    },

    /** The minute passes that the visitor has to wait between two codes for this address. */
    async letMinutePass({ address }: Visitor, email: string) {
      await resend.reset(`sign-up:${email} ${address}`);
    },

    /** A ticket for this address, got as a person gets it: its code is in the last of so many mails. */
    async ticketFor(email: string, visitor: Visitor = members.visitor(), mails = 1): Promise<string> {
      await visitor.requestVerification({ body: { email } });
      const code = await members.codeFor(email, mails);
      const { body } = await visitor.confirmVerification({ body: { email, code } });
      return body.ticket;
    },

    /** A member, signed up and signed in. */
    async member(of: { readonly email?: string; readonly name?: string; readonly phone?: string } = {}) {
      const { email = newAddress(), ...own } = of;
      const visitor = members.visitor();
      const ticket = await members.ticketFor(email, visitor);
      const { body } = await visitor.signUp({ body: { ...person, ...own, ticket, password } });
      return { ...body, visitor, ticket, token: await members.login(email) };
    },

    async login(email: string, secret = password): Promise<string> {
      const { body } = await members.visitor().auth.login({ body: { email, password: secret } });
      return body.accessToken;
    },

    async count(table: 'members' | 'sign_ups' | 'outbox', condition = 'TRUE'): Promise<number> {
      const rows = z.array(z.object({ n: z.coerce.number() }));
      return rows.parse(await database.query(`SELECT COUNT(*) AS n FROM ${table} WHERE ${condition}`))[0]?.n ?? 0;
    },

    async [Symbol.asyncDispose]() {
      limiterRedis.disconnect();
      await workload[Symbol.asyncDispose]();
      await Promise.all([wire, authProcess].map((part) => part[Symbol.asyncDispose]()));
      const parts = [database, redis, broker, authDatabase, authRedis];
      await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
      await rm(directory, { recursive: true });
    },
  };
  return members;
}

function visitorOf(origins: { readonly members: string; readonly auth: string }, address: string) {
  const headers = { 'x-forwarded-for': address };
  const auth = createClient(authApi, { origin: origins.auth, headers });
  return { ...createClient(api, { origin: origins.members, headers }), auth, address };
}

export function newAddress(): string {
  return `${newId()}@example.com`;
}

/** The problem that the call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ status: unknown; code: unknown }> {
  const answered = await call.then(
    () => ({ status: 'accepted', code: undefined }),
    (error: unknown) => error,
  );
  return z.object({ status: z.unknown(), code: z.unknown() }).parse(answered);
}
