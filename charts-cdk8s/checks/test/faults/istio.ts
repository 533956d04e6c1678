import { type Fault, routed } from './fault.ts';

/** What istioctl analyze finds. */
export const istioFaults: Readonly<Record<string, Fault>> = {
  'a namespace without proxies': {
    code: 'IST0102',
    object: 'Namespace shop',
    path: 'metadata.labels.istio-injection',
  },
  'a route to a subset that is not declared': {
    code: 'IST0101',
    object: routed,
    path: 'spec.http.0.route.1.destination.subset',
    value: 'next',
  },
  'weights that are not a hundred together': {
    code: 'IST0106',
    object: routed,
    path: 'spec.http.0.route.1.weight',
    value: 10,
  },
  'several hosts for one TCP entry': {
    code: 'IST0106',
    object: 'ServiceEntry shop/mariadb',
    path: 'spec.hosts',
    value: ['a.internal', 'b.internal'],
  },
  'plain text to a host under STRICT': {
    code: 'IST0113',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.trafficPolicy.tls.mode',
    value: 'DISABLE',
  },
  'an expression that Envoy does not know': {
    code: 'IST0122',
    object: routed,
    path: 'spec.http.0.match.0.uri',
    value: { regex: '/(?!admin).*' },
  },
  'a server outside whose certificate nobody checks': {
    code: 'IST0128',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.trafficPolicy.tls.mode',
    value: 'SIMPLE',
  },
  'two servers of a gateway for one host and port': {
    code: 'IST0145',
    object: 'Gateway shop/door',
    path: 'spec.servers.1.port.number',
    value: 80,
  },
  'a route by a claim where no token is checked': {
    code: 'IST0149',
    object: routed,
    path: 'spec.http.0.match.0.headers',
    value: { '@request.auth.claims.roles': { exact: 'admin' } },
  },
  'a subset without pods': {
    code: 'IST0173',
    object: 'DestinationRule shop/shop-api',
    path: 'spec.subsets.1.labels.app',
    value: 'canary',
  },
  'keys of tokens that istiod would have to fetch': {
    code: 'IST0175',
    object: 'RequestAuthentication shop/tokens',
    path: 'spec.jwtRules.0',
    value: { issuer: 'ticketaka', jwksUri: 'http://auth-api/.well-known/jwks.json' },
  },
};
