/**
 * The fields of networking.istio.io that the mesh does. Strict: a field that is not here stops the start, by its path.
 */
import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** Milliseconds. */
export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'is not a duration such as 5s or 250ms')
  .transform((text) => parseDuration(text) ?? 0);

const names = z.array(z.string().min(1)).min(1);
const labels = z.record(z.string(), z.string());
const portNumber = z.int().min(1).max(65_535);
const percentage = z.strictObject({ value: z.number().min(0).max(100) });

const stringMatch = z
  .strictObject({ exact: z.string().optional(), prefix: z.string().optional(), regex: z.string().optional() })
  .refine(
    (match) => Object.values(match).filter((value) => value !== undefined).length <= 1,
    'has more than one match',
  );
const requiredMatch = stringMatch.refine(
  (match) => match.exact !== undefined || match.prefix !== undefined || match.regex !== undefined,
  'needs one of exact, prefix, regex',
);
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not a header name (claim routing is not supported)');
const headerMatches = z.record(headerName, stringMatch.nullable());

const headerValue = z
  .string()
  .refine((value) => !value.includes('%'), "has a %: Envoy's command operators are not supported");
const headerChanges = z.strictObject({
  set: z.record(headerName, headerValue).optional(),
  add: z.record(headerName, headerValue).optional(),
  remove: z.array(headerName).optional(),
});
const headerOperations = z.strictObject({ request: headerChanges.optional(), response: headerChanges.optional() });

const httpMatch = z.strictObject({
  name: z.string().optional(),
  uri: requiredMatch.optional(),
  method: requiredMatch.optional(),
  scheme: requiredMatch.optional(),
  authority: requiredMatch.optional(),
  headers: headerMatches.optional(),
  withoutHeaders: headerMatches.optional(),
  queryParams: z.record(z.string().min(1), stringMatch).optional(),
  ignoreUriCase: z.boolean().optional(),
  port: portNumber.optional(),
  gateways: names.optional(),
  sourceLabels: labels.optional(),
});

const destination = z.strictObject({
  host: z.string().min(1),
  port: z.strictObject({ number: portNumber }).optional(),
  subset: z.string().optional(),
});

const httpRoute = z
  .strictObject({
    name: z.string().optional(),
    match: z.array(httpMatch).min(1).optional(),
    route: z
      .array(
        z.strictObject({
          destination,
          weight: z.int().min(0).optional(),
          headers: headerOperations.optional(),
        }),
      )
      .min(1)
      .optional(),
    redirect: z
      .strictObject({
        uri: z.string().startsWith('/').optional(),
        authority: z.string().optional(),
        scheme: z.enum(['http', 'https']).optional(),
        port: portNumber.optional(),
        redirectCode: z
          .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
          .optional(),
      })
      .optional(),
    directResponse: z
      .strictObject({
        status: z.int().min(200).max(599),
        body: z.strictObject({ string: z.string() }).optional(),
      })
      .optional(),
    rewrite: z
      .strictObject({ uri: z.string().startsWith('/').optional(), authority: z.string().optional() })
      .optional(),
    timeout: duration.optional(),
    retries: z
      .strictObject({
        attempts: z.int().min(0),
        perTryTimeout: duration.optional(),
        retryOn: z.string().optional(),
      })
      .optional(),
    fault: z
      .strictObject({
        delay: z.strictObject({ percentage: percentage.optional(), fixedDelay: duration }).optional(),
        abort: z.strictObject({ percentage: percentage.optional(), httpStatus: z.int().min(200).max(599) }).optional(),
      })
      .optional(),
    headers: headerOperations.optional(),
    corsPolicy: z
      .strictObject({
        allowOrigins: z.array(requiredMatch).min(1),
        allowMethods: z.array(z.string()).optional(),
        allowHeaders: z.array(z.string()).optional(),
        exposeHeaders: z.array(z.string()).optional(),
        maxAge: duration.optional(),
        allowCredentials: z.boolean().optional(),
      })
      .optional(),
  })
  .refine(
    (route) => [route.route, route.redirect, route.directResponse].filter(Boolean).length === 1,
    'needs exactly one of route, redirect, directResponse',
  )
  .refine((route) => !route.rewrite || route.route, 'has a rewrite without a route');

export const virtualService = z.strictObject({
  hosts: names,
  gateways: names.optional(),
  exportTo: names.optional(),
  http: z.array(httpRoute).min(1),
});

export const gateway = z.strictObject({
  selector: labels,
  servers: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        port: z.strictObject({
          number: portNumber,
          name: z.string(),
          protocol: z.enum(['HTTP'], 'only HTTP is served here (no TLS is terminated)'),
        }),
        hosts: names,
      }),
    )
    .min(1),
});

export const destinationRule = z.strictObject({
  host: z.string().min(1),
  exportTo: names.optional(),
  trafficPolicy: z
    .strictObject({
      tls: z.strictObject({ mode: z.enum(['ISTIO_MUTUAL']) }).optional(),
      loadBalancer: z.strictObject({ simple: z.enum(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM']) }).optional(),
      connectionPool: z
        .strictObject({ tcp: z.strictObject({ connectTimeout: duration.optional() }).optional() })
        .optional(),
    })
    .optional(),
  subsets: z.array(z.strictObject({ name: z.string().min(1), labels: labels.optional() })).optional(),
});

export const sidecar = z.strictObject({
  workloadSelector: z.strictObject({ labels }).optional(),
  egress: z
    .array(z.strictObject({ hosts: z.array(z.string().regex(/^[^/]+\/[^/]+$/, 'is not namespace/host')).min(1) }))
    .min(1),
  outboundTrafficPolicy: z.strictObject({ mode: z.enum(['REGISTRY_ONLY']) }).optional(),
});

const serviceEntryPort = z.strictObject({
  number: portNumber,
  name: z.string().min(1),
  protocol: z.enum(['HTTP', 'HTTPS', 'TLS', 'TCP']),
  targetPort: portNumber.optional(),
});

export const serviceEntry = z
  .strictObject({
    hosts: names,
    addresses: z.array(z.string()).optional(),
    ports: z.array(serviceEntryPort).min(1),
    location: z.enum(['MESH_EXTERNAL']),
    resolution: z.enum(['NONE', 'STATIC', 'DNS']),
    endpoints: z
      .array(z.strictObject({ address: z.string().min(1), ports: z.record(z.string(), portNumber).optional() }))
      .min(1)
      .optional(),
    exportTo: names.optional(),
  })
  .refine((entry) => entry.resolution !== 'STATIC' || entry.endpoints, 'is STATIC and has no endpoints');

export type VirtualServiceSpec = z.output<typeof virtualService>;
export type HttpRouteSpec = VirtualServiceSpec['http'][number];
export type HttpMatchSpec = z.output<typeof httpMatch>;
export type HeaderOperationsSpec = z.output<typeof headerOperations>;
export type HeaderChangesSpec = z.output<typeof headerChanges>;
export type CorsPolicySpec = NonNullable<HttpRouteSpec['corsPolicy']>;
export type FaultSpec = NonNullable<HttpRouteSpec['fault']>;
export type DestinationRuleSpec = z.output<typeof destinationRule>;
export type ServiceEntrySpec = z.output<typeof serviceEntry>;
