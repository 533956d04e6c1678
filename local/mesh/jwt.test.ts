import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { authenticate } from './authentication.ts';
import { Headers } from './headers.ts';
import { type CompiledJwtRule, compileJwtRule, verifyToken } from './jwt.ts';
import type { MeshRequest } from './request.ts';
import type { JwtRuleSpec } from './supported-security.ts';
import { createSigner, type Signer } from './test/manifests.ts';

const now = Math.floor(Date.now() / 1000);

const request = (headers: readonly string[], query = ''): MeshRequest => ({
  method: 'GET',
  path: '/a',
  query,
  scheme: 'http',
  authority: 'h',
  host: 'h',
  port: 80,
  headers: Headers.from(headers),
  framing: { body: 'none' },
  peerAddress: '127.0.0.1',
});
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  let signer: Signer;
  let rule: CompiledJwtRule;
  const rules = (changes: Partial<JwtRuleSpec> = {}) =>
    compileJwtRule({ issuer: 'ticketaka', audiences: ['ticketaka'], jwks: signer.jwks, ...changes });

  beforeAll(async () => {
    signer = await createSigner();
    rule = await rules();
  });

  it('is good until a minute after it has expired, for clocks differ', async () => {
    const token = await signer.sign({}, { expires: now });
    await expect(verifyToken(token, [await rules()], now + 60)).resolves.toMatchObject({ sub: 'member-1' });
    await expect(verifyToken(token, [await rules()], now + 61)).rejects.toThrow('Jwt is expired');
  });

  it('is not taken from the cache when its time is over', async () => {
    const token = await signer.sign({}, { expires: now + 10 });
    await verifyToken(token, [rule], now);
    expect(rule.verified.get(token, now)).toMatchObject({ sub: 'member-1' });
    await expect(verifyToken(token, [rule], now + 71)).rejects.toThrow('Jwt is expired');
  });

  it('is not good before its time', async () => {
    const token = await signer.sign({ nbf: now + 120 });
    await expect(verifyToken(token, [rule], now)).rejects.toThrow('Jwt not yet valid');
    await expect(verifyToken(token, [rule], now + 60)).resolves.toBeDefined();
  });

  it('may be for several audiences, one of which must be asked for', async () => {
    const several = await signer.sign({}, { audience: ['x', 'ticketaka'] });
    await expect(verifyToken(several, [rule], now)).resolves.toBeDefined();
    const other = await signer.sign({}, { audience: ['x', 'y'] });
    await expect(verifyToken(other, [rule], now)).rejects.toThrow('Audiences in Jwt are not allowed');
    const any = await compileJwtRule({ issuer: 'ticketaka', jwks: signer.jwks });
    await expect(verifyToken(other, [any], now)).resolves.toBeDefined();
  });

  it('is good when either of two keys that overlap signed it', async () => {
    const next = await createSigner('next');
    const keys = [signer.jwks, next.jwks].flatMap((jwks) => JSON.parse(jwks).keys);
    const both = await rules({ jwks: JSON.stringify({ keys }) });
    await expect(verifyToken(await signer.sign(), [both], now)).resolves.toBeDefined();
    await expect(verifyToken(await next.sign(), [both], now)).resolves.toBeDefined();
    await expect(verifyToken(await next.sign({}, { kid: 'first' }), [both], now)).rejects.toThrow(
      'Jwt verification fails',
    );
  });

  it('is refused when it is not signed, or signed with the public key as a secret', async () => {
    const payload = encode({ iss: 'ticketaka', aud: 'ticketaka', sub: 's', exp: now + 60 });
    const secret = createHmac('sha256', signer.jwks);
    const forged = `${encode({ alg: 'HS256', kid: 'first' })}.${payload}`;
    for (const token of [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'RS256', kid: 'first' })}.${payload}.`,
      `${forged}.${secret.update(forged).digest('base64url')}`,
      'a.b.c',
      '..',
      '',
    ])
      await expect(verifyToken(token, [rule], now)).rejects.toThrow(/^Jw/);
  });

  it('is read with the claims of its first place when there are several', async () => {
    const [a, b] = [await signer.sign({}, { subject: 'a' }), await signer.sign({}, { subject: 'b' })];
    const asked = request(['Authorization', `Bearer ${a}`, 'authorization', `Bearer ${b}`]);
    expect(await authenticate(asked, [rule], now)).toMatchObject({ claims: { sub: 'a' } });
  });

  it('is also read from the query when no place is named, and not forwarded unless that is said', async () => {
    const token = await signer.sign();
    const result = await authenticate(request([], `?a=1&access_token=${token}`), [rule], now);
    expect(result).toMatchObject({ claims: { sub: 'member-1' }, request: { query: '?a=1' } });
    const named = await rules({ fromHeaders: [{ name: 'x-token' }] });
    expect(await authenticate(request([], `?access_token=${token}`), [named], now)).toMatchObject({
      claims: undefined,
    });
    const fromHeader = await authenticate(request(['X-Token', token, 'x-other', 'b']), [named], now);
    expect('request' in fromHeader && fromHeader.request.headers.toRaw()).toEqual(['x-other', 'b']);
    const kept = await rules({ forwardOriginalToken: true });
    const forwarded = await authenticate(request(['Authorization', `Bearer ${token}`]), [kept], now);
    expect('request' in forwarded && forwarded.request.headers.has('authorization')).toBe(true);
  });

  it('is none of its business when it is of another scheme or the request is a preflight', async () => {
    expect(await authenticate(request(['authorization', 'Basic abc']), [rule], now)).toMatchObject({
      claims: undefined,
    });
    const preflight = request(['authorization', 'Bearer x', 'origin', 'o', 'access-control-request-method', 'GET']);
    expect(await authenticate({ ...preflight, method: 'OPTIONS' }, [rule], now)).toMatchObject({ claims: undefined });
  });

  it.each([
    ['no JSON', 'JSON'],
    ['{}', 'JSON Web Key Set'],
    ['{"keys":[]}', 'JSON Web Key Set'],
    ['{"keys":[{"kty":"oct","k":"AA"}]}', 'RS256'],
    ['{"keys":[{"kty":"RSA","n":"AA","e":"AQAB","d":"AA"}]}', 'private'],
  ])('cannot be checked with %s', async (jwks, message) => {
    await expect(rules({ jwks })).rejects.toThrow(message);
  });
});
