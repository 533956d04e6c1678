import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  accessTokenSeconds,
  clockSkewSeconds,
  createKeySet,
  type KeyMaterial,
  type KeySet,
  KeySetError,
  keySetSchema,
  promoteNext,
  propagationSeconds,
  prune,
  publicJwks,
  publishNext,
  signingKeyOf,
} from './key-set.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const key = (kid: string): KeyMaterial => ({
  kid,
  privateJwk: { kty: 'RSA', n: kid, e: 'AQAB', d: 'd', p: 'p', q: 'q', dp: 'dp', dq: 'dq', qi: 'qi' },
});
const kids = (set: KeySet) => set.keys.map(({ kid }) => kid);

describe('a key set', () => {
  it('starts with one key, which signs', () => {
    const set = createKeySet(key('a'), at(0));
    expect(signingKeyOf(set).kid).toBe('a');
    expect(keySetSchema.safeParse(set).success).toBe(true);
  });

  it('publishes the next key without signing with it', () => {
    const set = publishNext(createKeySet(key('a'), at(0)), key('b'), at(10));
    expect(signingKeyOf(set).kid).toBe('a');
    expect(publicJwks(set).keys.map(({ kid }) => kid)).toEqual(['a', 'b']);
  });

  it('does not publish a second key while one waits', () => {
    const set = publishNext(createKeySet(key('a'), at(0)), key('b'), at(10));
    expect(() => publishNext(set, key('c'), at(20))).toThrow(KeySetError);
  });

  it('does not take a key twice', () => {
    expect(() => publishNext(createKeySet(key('a'), at(0)), key('a'), at(10))).toThrow(KeySetError);
  });

  it('does not let a key sign before every verifier can know it', () => {
    const set = publishNext(createKeySet(key('a'), at(0)), key('b'), at(0));
    expect(() => promoteNext(set, at(propagationSeconds - 1))).toThrow(/may sign in 1 s/);
    expect(signingKeyOf(promoteNext(set, at(propagationSeconds))).kid).toBe('b');
  });

  it('has nothing to promote when nothing is published', () => {
    expect(() => promoteNext(createKeySet(key('a'), at(0)), at(9999))).toThrow(KeySetError);
  });

  it('keeps the old key until its last token has expired, and not longer', () => {
    const set = promoteNext(publishNext(createKeySet(key('a'), at(0)), key('b'), at(0)), at(500), { propagation: 5 });
    const last = 500 + 5 + accessTokenSeconds + clockSkewSeconds;
    expect(kids(prune(set, at(last - 1)))).toEqual(['a', 'b']);
    expect(kids(prune(set, at(last)))).toEqual(['b']);
  });

  it('shows the public half only', () => {
    expect(publicJwks(createKeySet(key('a'), at(0)))).toEqual({
      keys: [{ kty: 'RSA', n: 'a', e: 'AQAB', kid: 'a', alg: 'RS256', use: 'sig' }],
    });
  });

  it.each([
    ['no signing key', (set: KeySet) => ({ keys: set.keys.map((one) => ({ ...one, state: 'published' })) })],
    ['two signing keys', (set: KeySet) => ({ keys: [...set.keys, { ...set.keys[0], kid: 'b' }] })],
    ['one kid twice', (set: KeySet) => ({ keys: [...set.keys, { ...set.keys[0], state: 'published' }] })],
    [
      'a retiring key without an end',
      (set: KeySet) => ({ keys: [...set.keys, { ...set.keys[0], kid: 'b', state: 'retiring' }] }),
    ],
  ])('is refused with %s', (_, broken) => {
    expect(keySetSchema.safeParse(broken(createKeySet(key('a'), at(0)))).success).toBe(false);
  });

  it('never refuses a valid token, whatever steps are taken when and however late a signer or a verifier is', () => {
    const step = fc.record({ kind: fc.constantFrom('publish', 'promote', 'prune'), wait: fc.nat(1500) });
    const steps = fc.array(step, { maxLength: 40 });
    const lag = fc.nat(propagationSeconds);
    const run = fc.record({ steps, signerLag: lag, verifierLag: lag, age: fc.nat(accessTokenSeconds) });
    fc.assert(
      fc.property(run, ({ steps: taken, signerLag, verifierLag, age }) => {
        const history = play(taken);
        const times = history.flatMap(({ from }) => [from - 1, from, from + signerLag]).filter((time) => time >= 0);
        for (const signedAt of times) {
          const { kid } = signingKeyOf(versionAt(history, signedAt - signerLag));
          expect(kids(versionAt(history, signedAt + age - verifierLag))).toContain(kid);
        }
      }),
    );
  });
});

type Version = { readonly from: number; readonly set: KeySet };

/** Every version of the set, with the second from which it stood in the file. Refused steps change nothing. */
function play(steps: readonly { kind: string; wait: number }[]): Version[] {
  let now = 0;
  let set = createKeySet(key('0'), at(0));
  const history = [{ from: 0, set }];
  for (const [index, { kind, wait }] of steps.entries()) {
    now += wait;
    set = attempt(set, () => take(set, kind, { name: `${index + 1}`, now }));
    history.push({ from: now, set });
  }
  return history;
}

function take(set: KeySet, kind: string, { name, now }: { name: string; now: number }): KeySet {
  if (kind === 'publish') return publishNext(set, key(name), at(now));
  return kind === 'promote' ? promoteNext(set, at(now)) : prune(set, at(now));
}

function attempt(set: KeySet, change: () => KeySet): KeySet {
  try {
    return change();
  } catch (error) {
    if (error instanceof KeySetError) return set;
    throw error;
  }
}

function versionAt(history: readonly Version[], second: number): KeySet {
  const found = history.findLast(({ from }) => from <= Math.max(0, second));
  if (!found) throw new Error('the first version stands from the start');
  return found.set;
}
