/** A small platform for tests: two workloads that call each other, an ingress, tokens. */
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Signer {
  readonly jwks: string;
  sign(
    claims?: Record<string, unknown>,
    options?: { issuer?: string; audience?: string | string[]; expires?: number; kid?: string; subject?: string },
  ): Promise<string>;
}

export async function createSigner(kid = 'first'): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return {
    jwks: JSON.stringify({ keys: [jwk] }),
    sign: (claims, options) => sign(privateKey, kid, { claims, options }),
  };
}

function sign(
  key: CryptoKey,
  kid: string,
  {
    claims = {},
    options = {},
  }: { claims?: Parameters<Signer['sign']>[0] | undefined; options?: Parameters<Signer['sign']>[1] | undefined },
) {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: options.kid ?? kid })
    .setIssuer(options.issuer ?? 'ticketaka')
    .setAudience(options.audience ?? 'ticketaka')
    .setSubject(options.subject ?? 'member-1')
    .setExpirationTime(options.expires ?? Math.floor(Date.now() / 1000) + 600)
    .sign(key);
}

export const meshConfig = (normalization = 'DECODE_AND_MERGE_SLASHES') => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    pathNormalization: { normalization: ${normalization} }
    outboundTrafficPolicy: { mode: REGISTRY_ONLY }
    defaultHttpRetryPolicy: { attempts: 0 }
`;

export const workload = (name: string) => `
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: ticketaka }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ticketaka }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: 8080, appProtocol: http }]
`;

export const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ticketaka, namespace: istio-ingress }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['ticketaka/*'] }]
`;

export const edgePolicy = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: edge, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  rules:
    - to: [{ operation: { methods: [GET, POST], paths: ['/open/{**}', '/open', '/missing'] } }]
    - from: [{ source: { requestPrincipals: ['*'] } }]
      to: [{ operation: { methods: [GET], paths: ['/private', '/things/{*}'] } }]
    - from: [{ source: { notRequestPrincipals: ['*'] } }]
      to: [{ operation: { methods: [GET], paths: ['/private'] } }]
    - from: [{ source: { requestPrincipals: ['*'] } }]
      to: [{ operation: { methods: [GET], paths: ['/admin'] } }]
      when: [{ key: 'request.auth.claims[roles]', values: [admin] }]
`;

export const edgeRoutes = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: ticketaka }
spec:
  hosts: ['*']
  gateways: [istio-ingress/ticketaka]
  http:
    - name: private-without-token
      match: [{ uri: { exact: /private }, method: { regex: GET|HEAD }, withoutHeaders: { authorization: { regex: 'Bearer .+' } } }]
      directResponse: { status: 401, body: { string: '{"status":401}' } }
      headers: { response: { set: { content-type: application/problem+json, www-authenticate: Bearer } } }
    - name: reads
      match:
        - uri: { prefix: /open }
          method: { exact: GET }
        - uri: { exact: /private }
        - uri: { exact: /admin }
        - uri: { regex: '/things/[^/]+' }
      route: [{ destination: { host: auth-api, port: { number: 80 } } }]
      headers: { request: { remove: [x-user-id] }, response: { set: { x-edge: 'yes' } } }
      timeout: 1s
      retries: { attempts: 2, retryOn: 'connect-failure,reset,503' }
    - name: writes
      match: [{ uri: { prefix: /open }, method: { exact: POST } }]
      route: [{ destination: { host: auth-api.ticketaka.svc.cluster.local } }]
      retries: { attempts: 0 }
`;

export const authentication = (jwks: string, namespace: string) => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: tokens, namespace: ${namespace} }
spec:
  jwtRules:
    - issuer: ticketaka
      audiences: [ticketaka]
      jwks: '${jwks}'
      fromHeaders: [{ name: Authorization, prefix: 'Bearer ' }]
      forwardOriginalToken: true
`;

export const workloadPolicies = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-all, namespace: ticketaka }
spec: {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: auth-api, namespace: ticketaka }
spec:
  selector: { matchLabels: { app: auth-api } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/istio-ingress/sa/istio-ingressgateway] } }]
      to: [{ operation: { ports: ['8080'], notPaths: ['/internal/{**}'] } }]
    - from: [{ source: { principals: [cluster.local/ns/ticketaka/sa/members-api] } }]
      to: [{ operation: { methods: [GET, POST], paths: ['/internal/{**}', '/stream'] } }]
`;

export const eastWest = (externalPort: number) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: auth-api, namespace: ticketaka }
spec:
  hosts: [auth-api.ticketaka.svc.cluster.local]
  gateways: [mesh]
  http: [{ name: all, route: [{ destination: { host: auth-api.ticketaka.svc.cluster.local, port: { number: 80 } } }] }]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: members-api, namespace: ticketaka }
spec:
  workloadSelector: { labels: { app: members-api } }
  egress: [{ hosts: [istio-system/*, ./auth-api.ticketaka.svc.cluster.local, ./partner.example] }]
  outboundTrafficPolicy: { mode: REGISTRY_ONLY }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: partner, namespace: ticketaka }
spec:
  hosts: [partner.example]
  ports:
    - { number: 80, name: http, protocol: HTTP, targetPort: ${externalPort} }
    - { number: 9000, name: tcp, protocol: TCP, targetPort: ${externalPort} }
  location: MESH_EXTERNAL
  resolution: STATIC
  endpoints: [{ address: 127.0.0.1 }]
  exportTo: ['.']
`;

/** Everything, as one file. */
export function platform(jwks: string, externalPort = 9): string {
  return [
    meshConfig(),
    workload('auth-api'),
    workload('members-api'),
    workload('mail-worker'),
    gateway,
    edgePolicy,
    edgeRoutes,
    authentication(jwks, 'istio-ingress'),
    authentication(jwks, 'ticketaka'),
    workloadPolicies,
    eastWest(externalPort),
  ].join('---\n');
}
