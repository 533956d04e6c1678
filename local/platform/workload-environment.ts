import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environments } from '@ticketaka/charts/environments/index';
import type { ServerUrls } from '../servers/index.ts';
import type { Paths } from './paths.ts';
import type { SelectedWorkload } from './selection.ts';

/** Of the sandbox of Toss Payments, and of who sells there. */
export interface TossAccount {
  readonly secretKey: string;
  /** 32 bytes in base64url, which sign tickets and passes. */
  readonly saleKey: string;
}

export interface EnvironmentOptions {
  readonly paths: Paths;
  readonly ports: Readonly<Record<string, number>>;
  readonly urls: ServerUrls;
  readonly publicUrl: string;
  readonly kopisKey: string;
  readonly toss: TossAccount;
  readonly smtp: { readonly user: string; readonly password: string };
}

const { token, egress } = environments.local;

/** What only one service is configured with. */
const extras: Readonly<
  Record<string, (options: EnvironmentOptions, replica: string) => Readonly<Record<string, string>>>
> = {
  auth: ({ paths }) => ({ KEYS_FILE: paths.keySet, COOKIE_SECURE: 'false' }),
  mail: ({ ports, smtp }) => ({
    SMTP_URL: `smtp://${smtp.user}:${smtp.password}@127.0.0.1:${ports['smtp']}`,
    MAIL_FROM: 'Ticketaka <no-reply@ticketaka.example>',
  }),
  performances: ({ paths, ports, kopisKey }, replica) => ({
    FILE_STORE_URL: pathToFileURL(paths.files).href,
    SNAPSHOT_DIR: join(paths.snapshots, replica),
    // By their hosts of the mesh: they go through it as every other request does.
    KOPIS_URL: `http://${egress['kopis']?.host}:${ports['kopis']}/openApi/restful`,
    KOPIS_KEY: kopisKey,
    KOPIS_REQUESTS_PER_SECOND: '500',
    HOLIDAYS_URL: `http://${egress['holidays']?.host}:${ports['kopis']}/B090041/openapi/service/SpcdeInfoService`,
    HOLIDAYS_KEY: kopisKey,
  }),
  reservation: ({ ports, toss }) => ({
    SALE_KEYS: toss.saleKey,
    TOSS_URL: `http://${egress['toss']?.host}:${ports['toss']}`,
    TOSS_SECRET_KEY: toss.secretKey,
  }),
};

/** The variables of a replica, as a cluster would give them. `undefined` takes away what the user's shell has. */
export function workloadEnvironment(
  { name, service, kind }: SelectedWorkload,
  replica: string,
  options: EnvironmentOptions,
): Readonly<Record<string, string | undefined>> {
  const { ports, paths, urls, publicUrl } = options;
  const outbound = `http://127.0.0.1:${ports[`${name}/outbound`]}`;
  return {
    HOST: '127.0.0.1',
    ...(kind === 'http' && { PORT: String(ports[replica]) }),
    ADMIN_PORT: String(ports[`${replica}/admin`]),
    PUBLIC_URL: publicUrl,
    JWKS_FILE: paths.jwks,
    JWT_ISSUER: token.issuer,
    JWT_AUDIENCE: token.audience,
    // A developer should see a broken response, not read about it.
    CHECK_RESPONSES: 'throw',
    ...urls,
    // Node sends its own HTTP through the mesh, as a sidecar would make it; nothing may go around.
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: outbound,
    HTTPS_PROXY: outbound,
    NO_PROXY: '',
    http_proxy: undefined,
    https_proxy: undefined,
    no_proxy: undefined,
    ...extras[service.name]?.(options, replica),
  };
}
