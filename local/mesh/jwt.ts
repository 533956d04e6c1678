/** Verification of one token against the rules of RequestAuthentication, in Envoy's order and words. */
import { type CryptoKey, compactVerify, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import type { Claims } from './claims.ts';
import type { JwtRuleSpec } from './supported-security.ts';
import { TokenCache } from './token-cache.ts';

/** What is wrong with a token: Envoy's own sentence, which becomes the body of the answer. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  /** As Envoy: a token for somebody else is forbidden, every other bad one is unauthorized. */
  readonly status: 401 | 403;

  constructor(sentence: string, status: 401 | 403 = 401) {
    super(sentence);
    this.status = status;
  }
}

/** Envoy's default: a clock may be wrong by this much, in seconds. */
const clockSkew = 60;

interface Key {
  readonly kid: string | undefined;
  readonly key: CryptoKey;
}

export interface CompiledJwtRule {
  readonly issuer: string;
  readonly audiences: readonly string[] | undefined;
  readonly keys: readonly Key[];
  readonly fromHeaders: readonly { readonly name: string; readonly prefix: string }[];
  /** Whether `?access_token=` is read too, as it is when no location is named. */
  readonly fromQuery: boolean;
  readonly forward: boolean;
  /** Tokens that it found good. */
  readonly verified: TokenCache;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** @throws Error when the inline JWKS has no RSA key, or one that cannot be read */
export async function compileJwtRule(rule: JwtRuleSpec): Promise<CompiledJwtRule> {
  const parsed = keySet.safeParse(JSON.parse(rule.jwks));
  if (!parsed.success) throw new Error('jwks is not a JSON Web Key Set with a key');
  const keys = await Promise.all(parsed.data.keys.map((jwk) => importKey(jwk)));
  return {
    issuer: rule.issuer,
    audiences: rule.audiences,
    keys,
    fromHeaders: rule.fromHeaders
      ? rule.fromHeaders.map(({ name, prefix }) => ({ name, prefix: prefix ?? '' }))
      : [{ name: 'Authorization', prefix: 'Bearer ' }],
    fromQuery: !rule.fromHeaders,
    forward: rule.forwardOriginalToken ?? false,
    verified: new TokenCache(),
  };
}

async function importKey(jwk: JWK): Promise<Key> {
  if (jwk.kty !== 'RSA' || (jwk.alg !== undefined && jwk.alg !== 'RS256'))
    throw new Error(`jwks: key ${jwk.kid ?? ''} is not for RS256, the only algorithm supported`);
  if (jwk.d !== undefined) throw new Error(`jwks: key ${jwk.kid ?? ''} is a private one`);
  const key = await importJWK(jwk, 'RS256');
  if (key instanceof Uint8Array) throw new Error(`jwks: key ${jwk.kid ?? ''} is not public`);
  return { kid: jwk.kid, key };
}

const header = z.looseObject({ alg: z.string(), kid: z.string().optional() });
const registered = z.looseObject({
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
});

/**
 * @param rules those that read the place the token stood in
 * @param now seconds since 1970
 * @throws {TokenRefused}
 */
export async function verifyToken(token: string, rules: readonly CompiledJwtRule[], now: number): Promise<Claims> {
  for (const rule of rules) {
    const claims = rule.verified.get(token, now);
    if (claims) return claims;
  }
  const parts = token.split('.');
  const [protectedHeader, payload] = parts;
  if (parts.length !== 3 || !protectedHeader || !payload)
    throw new TokenRefused('Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections');
  const { alg, kid } = decode(protectedHeader, header, 'Jwt header is an invalid JSON');
  const claims = decode(payload, registered, 'Jwt payload is an invalid JSON');

  const rule = rules.find(({ issuer }) => issuer === claims.iss);
  if (!rule) throw new TokenRefused('Jwt issuer is not configured');
  if (claims.nbf !== undefined && now + clockSkew < claims.nbf) throw new TokenRefused('Jwt not yet valid');
  if (claims.exp !== undefined && now > claims.exp + clockSkew) throw new TokenRefused('Jwt is expired');
  const audiences = [claims.aud ?? []].flat();
  if (rule.audiences && !rule.audiences.some((audience) => audiences.includes(audience)))
    throw new TokenRefused('Audiences in Jwt are not allowed', 403);
  if (alg !== 'RS256') throw new TokenRefused("Jwks doesn't have key to match kid or alg from Jwt");
  await verifySignature(token, kid, rule.keys);
  rule.verified.set(token, claims);
  return claims;
}

async function verifySignature(token: string, kid: string | undefined, keys: readonly Key[]) {
  const candidates = keys.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid);
  if (candidates.length === 0) throw new TokenRefused("Jwks doesn't have key to match kid or alg from Jwt");
  for (const { key } of candidates) {
    // Whatever is wrong, the answer is the same, and the next key may fit: Envoy says no more than this either.
    const verified = await compactVerify(token, key, { algorithms: ['RS256'] }).catch(() => undefined);
    if (verified) return;
  }
  throw new TokenRefused('Jwt verification fails');
}

function decode<Output>(part: string, schema: z.ZodType<Output>, otherwise: string): Output {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    // Whatever is wrong with it, the answer is the same.
    throw new TokenRefused(otherwise);
  }
}
