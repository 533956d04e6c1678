import { Construct } from 'constructs';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { PublicJwks } from '../jwks.ts';
import { namespace } from '../names.ts';
import { manifest } from './manifest.ts';

export interface PublicKeysProps {
  readonly jwks: PublicJwks;
}

/** The keys by which services check tokens themselves: mounted as the file that JWKS_FILE names. */
export class PublicKeys extends Construct {
  constructor(scope: Construct, id: string, { jwks }: PublicKeysProps) {
    super(scope, id);
    manifest(
      this,
      'keys',
      new ConfigMap({
        metadata: { name: 'token-keys', namespace },
        data: { 'jwks.json': `${JSON.stringify(jwks, undefined, 2)}\n` },
      }),
    );
  }
}
