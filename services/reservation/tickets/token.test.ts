import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { qrSvg } from '@ticketaka/platform/qr';
import { assert, asyncProperty, integer, nat, property, record, string, uint8Array, uuid } from 'fast-check';
import { calculateJwkThumbprint, compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { readPayload, type TicketClaims, writePayload } from './payload.ts';
import { ticketKeys } from './token.ts';

const [oldSecret, newSecret, foreignSecret] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const keys = ticketKeys([newSecret, oldSecret]);

const uint32 = () => integer({ min: 0, max: 0xffff_ffff });
const anyClaims = record({ ticketId: uuid(), sessionId: uuid(), unit: uint32(), serial: uint32() });
const claims: TicketClaims = {
  ticketId: '0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e',
  sessionId: '0193e3a0-7b3c-7000-8000-6f1a2b3c4d5e',
  unit: 49_999,
  serial: 3,
};

/** As a scanner does that has no connection: with the public keys alone, by another library. */
async function verifyOffline(token: string, { keys: known }: ReturnType<typeof ticketKeys>['jwks']) {
  const jwks = createLocalJWKSet({ keys: known.map((key) => ({ ...key })) } satisfies JSONWebKeySet);
  const { payload } = await compactVerify(token, jwks, { algorithms: ['EdDSA'] });
  return readPayload(payload);
}

describe("a ticket's token", () => {
  it('says what was signed, in 180 characters', async () => {
    await assert(
      asyncProperty(anyClaims, async (given) => {
        const token = keys.sign(given);
        expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
        expect(token).toHaveLength(180);
        expect(await keys.verify(token)).toEqual(given);
        expect(await verifyOffline(token, keys.jwks)).toEqual(given);
        expect(keys.sign(given)).toBe(token);
      }),
    );
  });

  it('fits a symbol of 53 modules, with its quiet zone', () => {
    const largest = { ...claims, unit: 0xffff_ffff, serial: 0xffff_ffff };
    expect(qrSvg(keys.sign(largest))).toContain('viewBox="0 0 61 61"');
  });

  it('is refused with any one character changed', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';
    const token = keys.sign(claims);
    await assert(
      asyncProperty(nat({ max: token.length - 1 }), nat({ max: alphabet.length - 1 }), async (place, letter) => {
        const changed = `${token.slice(0, place)}${alphabet[letter]}${token.slice(place + 1)}`;
        expect(await keys.verify(changed)).toEqual(changed === token ? claims : undefined);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused with every other ending that decodes to the same bytes', async () => {
    const token = keys.sign(claims);
    const signature = Buffer.from(token.slice(-86), 'base64url');
    const twins = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
      .map((last) => token.slice(0, -1) + last)
      .filter((twin) => Buffer.from(twin.slice(-86), 'base64url').equals(signature));
    expect(twins).toHaveLength(16);
    const accepted = await Promise.all(twins.map(async (twin) => ((await keys.verify(twin)) ? twin : [])));
    expect(accepted.flat()).toEqual([token]);
  });

  it('is refused when it is anything else, and never by an error', async () => {
    await assert(
      asyncProperty(string({ unit: 'binary', maxLength: 300 }), async (text) => {
        expect(await keys.verify(text)).toBeUndefined();
      }),
    );
  });

  it.each([{ alg: 'none' }, { alg: 'HS256', kid: 'aaaa' }, { alg: 'EdDSA' }])('is refused under %j', async (header) => {
    const [, payload, signature] = keys.sign(claims).split('.');
    const forged = [Buffer.from(JSON.stringify(header)).toString('base64url'), payload, signature].join('.');
    expect(await keys.verify(forged)).toBeUndefined();
  });
});

describe('ticketKeys', () => {
  it('go on verifying what an older secret signed, and sign with the first', async () => {
    const older = ticketKeys([oldSecret]);
    const token = older.sign(claims);
    expect(await keys.verify(token)).toEqual(claims);
    expect(await verifyOffline(token, keys.jwks)).toEqual(claims);
    expect(await older.verify(keys.sign(claims))).toBeUndefined();
    expect(keys.sign(claims)).toBe(ticketKeys([newSecret]).sign(claims));
  });

  it('refuse a secret that was taken out', async () => {
    const token = ticketKeys([foreignSecret]).sign(claims);
    expect(await keys.verify(token)).toBeUndefined();
    await expect(verifyOffline(token, keys.jwks)).rejects.toThrow(errors.JWKSNoMatchingKey);
  });

  it("refuse a stranger's signature under our key id", async () => {
    const [header, payload] = keys.sign(claims).split('.');
    const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
    const stranger = createPrivateKey({
      key: Buffer.concat([pkcs8, randomBytes(32)]),
      format: 'der',
      type: 'pkcs8',
    });
    const signature = sign(null, Buffer.from(`${header}.${payload}`), stranger).toString('base64url');
    const forged = `${header}.${payload}.${signature}`;
    expect(await keys.verify(forged)).toBeUndefined();
    await expect(verifyOffline(forged, keys.jwks)).rejects.toThrow(errors.JWSSignatureVerificationFailed);
  });

  it('remember good tokens only, as many as they are told', async () => {
    const small = ticketKeys([newSecret], { cacheSize: 1 });
    const others = [1, 2, 3].map((unit) => ({ ...claims, unit }));
    for (const other of [...others, ...others]) expect(await small.verify(small.sign(other))).toEqual(other);
    const bad = small.sign(claims).replace(/.{86}$/, 'A'.repeat(86));
    expect([await small.verify(bad), await small.verify(bad)]).toEqual([undefined, undefined]);
  });

  it('publish nothing private, and name each key by the beginning of its thumbprint', async () => {
    for (const key of keys.jwks.keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
      expect(await calculateJwkThumbprint({ kty: key.kty, crv: key.crv, x: key.x })).toMatch(new RegExp(`^${key.kid}`));
    }
  });

  it('need a secret, and each once', () => {
    expect(() => ticketKeys([])).toThrow(RangeError);
    expect(() => ticketKeys([oldSecret, oldSecret])).toThrow(RangeError);
  });
});

describe('the payload', () => {
  it('is read from 40 bytes, whatever they are, and from nothing else', () => {
    assert(
      property(uint8Array({ maxLength: 80 }), (bytes) => {
        const read = readPayload(bytes);
        expect(read !== undefined).toBe(bytes.length === 40);
        if (read) expect(writePayload(read)).toEqual(bytes);
      }),
    );
    expect(readPayload(new Uint8Array(40))).toMatchObject({ unit: 0, serial: 0 });
  });

  it.each([{ unit: -1 }, { unit: 1.5 }, { serial: 2 ** 32 }, { ticketId: 'x' }, { sessionId: '' }])(
    'is not written of %j',
    (change) => {
      expect(() => writePayload({ ...claims, ...change })).toThrow(RangeError);
    },
  );
});
