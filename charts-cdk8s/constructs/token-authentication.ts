import { RequestAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/RequestAuthentication';
import { Construct } from 'constructs';
import type { PublicJwks } from '../jwks.ts';
import { manifest } from './manifest.ts';

export interface TokenAuthenticationProps {
  readonly namespace: string;
  /**
   * Labels of the pods that check tokens.
   * @default - every pod of the namespace
   */
  readonly selector?: Readonly<Record<string, string>>;
  readonly issuer: string;
  /** Keys are written out: a sidecar under STRICT cannot fetch them from a service of the mesh. */
  readonly jwks: PublicJwks;
}

/** Refuses bad tokens with 401. A request without one passes, and is judged by the policies. */
export class TokenAuthentication extends Construct {
  constructor(scope: Construct, id: string, props: TokenAuthenticationProps) {
    super(scope, id);
    manifest(
      this,
      'authentication',
      new RequestAuthentication({
        metadata: { name: 'access-token', namespace: props.namespace },
        spec: {
          ...(props.selector && { selector: { matchLabels: { ...props.selector } } }),
          jwtRules: [
            {
              issuer: props.issuer,
              // No `audiences`: Envoy would answer a token for somebody else with 403, where our clients are
              // promised 401. The services check the audience, and say so.
              jwks: JSON.stringify(props.jwks),
              // Named, or Istio would also read `?access_token=`, which ends up in logs and histories.
              fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
              // The services check it again themselves.
              forwardOriginalToken: true,
            },
          ],
        },
      }),
    );
  }
}
