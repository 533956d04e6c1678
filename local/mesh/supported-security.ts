/** The fields of security.istio.io, and of MeshConfig, that the mesh does. Strict, as in `supported-networking.ts`. */
import { z } from 'zod';
import { normalizations } from './path-normalization.ts';
import { duration } from './supported-networking.ts';

const values = z.array(z.string().min(1)).min(1).optional();
const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()) });

const source = z
  .strictObject({
    principals: values,
    notPrincipals: values,
    requestPrincipals: values,
    notRequestPrincipals: values,
    namespaces: values,
    notNamespaces: values,
    ipBlocks: values,
    notIpBlocks: values,
    remoteIpBlocks: values,
    notRemoteIpBlocks: values,
  })
  .refine((fields) => Object.keys(fields).length > 0, 'is empty');

const operation = z
  .strictObject({
    hosts: values,
    notHosts: values,
    ports: values,
    notPorts: values,
    methods: values,
    notMethods: values,
    paths: values,
    notPaths: values,
  })
  .refine((fields) => Object.keys(fields).length > 0, 'is empty');

/** The attributes of `when` that the mesh knows; `[…]` follows `request.headers` and, once or more, `request.auth.claims`. */
const conditionKey =
  /^(source\.(ip|namespace|principal)|remote\.ip|destination\.port|request\.auth\.(principal|audiences|presenter)|request\.headers\[[^[\]]+\]|request\.auth\.claims(\[[^[\]]+\])+)$/;

const rule = z.strictObject({
  from: z.array(z.strictObject({ source })).min(1).optional(),
  to: z.array(z.strictObject({ operation })).min(1).optional(),
  when: z
    .array(
      z
        .strictObject({
          key: z.string().regex(conditionKey, 'is not a supported attribute'),
          values,
          notValues: values,
        })
        .refine((condition) => condition.values || condition.notValues, 'needs values or notValues'),
    )
    .min(1)
    .optional(),
});

export const authorizationPolicy = z.strictObject({
  selector: selector.optional(),
  action: z.enum(['ALLOW', 'DENY']).optional(),
  rules: z.array(rule).optional(),
});

const jwtRule = z.strictObject({
  issuer: z.string().min(1),
  audiences: values,
  jwks: z.string({ error: 'is required: keys are read inline only (a jwksUri is not fetched)' }).min(1),
  fromHeaders: z
    .array(z.strictObject({ name: z.string().min(1), prefix: z.string().optional() }))
    .min(1)
    .optional(),
  forwardOriginalToken: z.boolean().optional(),
});

export const requestAuthentication = z.strictObject({
  selector: selector.optional(),
  jwtRules: z.array(jwtRule).optional(),
});

export const peerAuthentication = z.strictObject({
  selector: selector.optional(),
  mtls: z.strictObject({ mode: z.enum(['STRICT']) }),
});

export const meshConfig = z.strictObject({
  pathNormalization: z.strictObject({ normalization: z.enum(normalizations) }).optional(),
  outboundTrafficPolicy: z.strictObject({ mode: z.enum(['REGISTRY_ONLY']) }),
  defaultHttpRetryPolicy: z
    .strictObject({ attempts: z.int().min(0), perTryTimeout: duration.optional(), retryOn: z.string().optional() })
    .optional(),
});

export type AuthorizationRuleSpec = z.output<typeof rule>;
export type SourceSpec = z.output<typeof source>;
export type OperationSpec = z.output<typeof operation>;
export type ConditionSpec = NonNullable<AuthorizationRuleSpec['when']>[number];
export type JwtRuleSpec = z.output<typeof jwtRule>;
export type MeshConfigSpec = z.output<typeof meshConfig>;
