import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Logger } from '../log/index.ts';
import { openDirectory } from './directory.ts';
import type { FileStore } from './file-store.ts';
import { openS3, type S3Options } from './s3.ts';

type S3Address = Omit<S3Options, 'log' | 'timeoutMs' | 'attempts'>;
type Address = { readonly directory: string } | { readonly s3: S3Address };

/**
 * FILE_STORE_URL of an environment: where files are kept.
 * - `file:///var/lib/ticketaka/files`
 * - `s3://<key>:<secret>@<host>[:<port>]/<bucket>[/<prefix>]?region=<region>[&protocol=http]`, key and secret
 *   percent-encoded; plain HTTP is for a store inside the mesh, which encrypts by itself
 */
export const fileStoreUrl = z.string().refine((text) => addressOf(text) !== undefined, {
  // Never with the value: it may hold a secret.
  message: 'expected file:///<directory> or s3://<key>:<secret>@<host>/<bucket>?region=<region>',
});

export interface FileStoreConfig {
  readonly url: string;
  readonly log: Logger;
}

/**
 * Opens what the URL names. Nothing is connected or created before it is used.
 * @throws TypeError when it is not such a URL
 */
export function openFileStore({ url, log }: FileStoreConfig): FileStore {
  const address = addressOf(url);
  if (!address) throw new TypeError('not the URL of a file store');
  return 'directory' in address ? openDirectory(address.directory) : openS3({ ...address.s3, log });
}

function addressOf(text: string): Address | undefined {
  const url = URL.parse(text);
  if (url?.protocol === 'file:') return directoryOf(url);
  return url?.protocol === 's3:' ? s3Of(url) : undefined;
}

function directoryOf(url: URL): Address | undefined {
  if (url.host !== '' || url.search !== '' || /%2f/i.test(url.pathname)) return undefined;
  const directory = fileURLToPath(url);
  return isAbsolute(directory) && directory !== '/' ? { directory } : undefined;
}

const query = z.strictObject({
  region: z.string().regex(/^[a-z0-9-]+$/),
  protocol: z.enum(['http', 'https']).optional(),
});
const names = /^\/(?<bucket>[a-z0-9][a-z0-9.-]{1,62})(?:\/(?<prefix>[a-z0-9_-]+(?:\/[a-z0-9_-]+)*))?\/?$/;

function s3Of(url: URL): Address | undefined {
  const settings = query.safeParse(Object.fromEntries(url.searchParams));
  const { bucket, prefix } = names.exec(url.pathname)?.groups ?? {};
  const [accessKeyId, secretAccessKey] = [decoded(url.username), decoded(url.password)];
  if (!settings.success || bucket === undefined || !url.host || !accessKeyId || !secretAccessKey) return undefined;
  const { region, protocol = 'https' } = settings.data;
  const endpoint = `${protocol}://${url.host}`;
  return { s3: { endpoint, bucket, region, accessKeyId, secretAccessKey, ...(prefix !== undefined && { prefix }) } };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
