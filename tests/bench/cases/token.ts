import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { createTokenVerifier } from '@ticketaka/platform/auth';
import { createLocalJWKSet, exportJWK, SignJWT } from 'jose';
import type { BenchCase } from '../harness.ts';

const memberId = '0193e3a0-0000-7000-8000-000000000001';
const distinct = 2000;
const repeats = 20;

/** Tokens that are seen again and again, as those of people who click; against the bare signature check of node:crypto. */
export const token: BenchCase = {
  name: 'token',
  summary: 'verify an access token seen before, against node:crypto.verify of its signature',
  unit: 'µs/token',
  target: { bound: 'at most', ratio: 0.3 },
  async prepare() {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] });
    const tokens = await Promise.all(Array.from({ length: distinct }, () => sign(privateKey)));
    const options = { issuer: 'ticketaka', audience: 'ticketaka', keys };
    const warm = createTokenVerifier(options);
    for (const each of tokens) await warm.verify(each);
    const uncached: number[] = [];

    return {
      subject: () => timed(distinct * repeats, () => verifyAll(warm, tokens, repeats)),
      async reference() {
        const cold = createTokenVerifier(options);
        const first = await timed(distinct, () => verifyAll(cold, tokens, 1));
        uncached.push(first.value);
        return await timed(distinct, async () => tokens.every((each) => bareVerify(each, publicKey)));
      },
      figures: async () => ({ 'uncached µs/token': Math.round(Math.min(...uncached)) }),
      close: async () => {},
    };
  },
};

async function sign(privateKey: KeyObject) {
  return await new SignJWT({ roles: [] })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer('ticketaka')
    .setAudience('ticketaka')
    .setSubject(memberId)
    .setJti(crypto.randomUUID())
    .setExpirationTime('15m')
    .sign(privateKey);
}

type Verifier = ReturnType<typeof createTokenVerifier>;

async function verifyAll(verifier: Verifier, tokens: readonly string[], times: number) {
  let right = true;
  for (let time = 0; time < times; time += 1) {
    for (const each of tokens) right = (await verifier.verify(each)).memberId === memberId && right;
  }
  return right;
}

function bareVerify(jwt: string, publicKey: KeyObject) {
  const end = jwt.lastIndexOf('.');
  return verify('sha256', Buffer.from(jwt.slice(0, end)), publicKey, Buffer.from(jwt.slice(end + 1), 'base64url'));
}

/** CPU time of this process, so that other load on the machine counts little. */
async function timed(count: number, run: () => Promise<boolean>) {
  const before = process.cpuUsage();
  const correct = await run();
  const { user, system } = process.cpuUsage(before);
  return { value: (user + system) / count, correct };
}
