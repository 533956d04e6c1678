import { hash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { createPolicy } from '../breaker/index.ts';
import type { Logger } from '../log/index.ts';
import { type FileStore, FileStoreUnavailable } from './file-store.ts';
import { contentTypeOf, requireContentType } from './key.ts';

export interface S3Options {
  /** Origin of the service: `https://s3.ap-northeast-2.amazonaws.com` */
  readonly endpoint: string;
  readonly bucket: string;
  /** In front of every key: `production`. @default none */
  readonly prefix?: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly log: Logger;
  /** For each attempt, in milliseconds. @default 10 000 */
  readonly timeoutMs?: number;
  /** @default 3 */
  readonly attempts?: number;
}

interface Sent {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly body?: Uint8Array;
  readonly contentType?: string;
}

interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/**
 * Files in a bucket of whatever speaks the S3 API. Path-style addresses, which every implementation has; signed with
 * AWS Signature Version 4, the body's hash included. Each call may be made twice without harm, so one that fails is.
 *
 * The keys need s3:PutObject, s3:GetObject, s3:DeleteObject, and s3:ListBucket: without the last, AWS answers 403
 * instead of 404 for a file that is not there.
 */
export function openS3(options: S3Options): FileStore {
  const { log, timeoutMs = 10_000, attempts = 3, region, accessKeyId, secretAccessKey } = options;
  const base = [options.endpoint, options.bucket, ...(options.prefix ? [options.prefix] : [])].join('/');
  const policy = createPolicy({ name: 's3', log, timeoutMs, attempts, isFailure });
  const keys = new Map<string, ArrayBuffer>();

  async function attempt({ method, key, body, contentType }: Sent, signal: AbortSignal): Promise<Answered> {
    const signer = new AwsV4Signer({
      method,
      url: `${base}/${key}`,
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      cache: keys,
      headers: {
        ...(contentType !== undefined && { 'content-type': contentType }),
        'x-amz-content-sha256': hash('sha256', body ?? ''),
      },
    });
    const { url, headers } = await signer.sign();
    // A redirect would carry the signature to another host, where it is not valid.
    const response = await fetch(url, { method, headers, signal, redirect: 'error', ...(body && { body }) });
    const { status } = response;
    const bytes = await response.bytes();
    if (status >= 500 || status === 429) throw new Error(`S3 answered ${status} to ${method}`);
    if (status >= 400 && status !== 404) throw new Refused(refusal(method, status, bytes));
    return { status, bytes };
  }

  async function send(sent: Sent): Promise<Answered> {
    try {
      return await policy.execute(({ signal }) => attempt(sent, signal));
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new FileStoreUnavailable('the S3 service is not available', { cause: error });
    }
  }

  return {
    async put(key, bytes, { contentType }) {
      requireContentType(key, contentType);
      const { status, bytes: answer } = await send({ method: 'PUT', key, body: bytes, contentType });
      // Only the bucket can be what is missing.
      if (status === 404) throw new Refused(refusal('PUT', status, answer));
    },

    async get(key) {
      const contentType = contentTypeOf(key);
      const { status, bytes } = await send({ method: 'GET', key });
      if (status === 200) return { bytes, contentType };
      if (codeIn(bytes) === 'NoSuchBucket') throw new Refused(refusal('GET', status, bytes));
      return undefined;
    },

    async has(key) {
      contentTypeOf(key);
      return (await send({ method: 'HEAD', key })).status === 200;
    },

    async remove(key) {
      contentTypeOf(key);
      await send({ method: 'DELETE', key });
    },
  };
}

function isFailure(error: unknown): boolean {
  return !(error instanceof Refused);
}

/** S3 says no: the keys, their rights or the bucket are wrong. A fault of the configuration that no repeat mends. */
class Refused extends Error {
  override readonly name = 'S3Refused';
}

function refusal(method: string, status: number, bytes: Uint8Array): string {
  return `S3 refused ${method}: ${[status, codeIn(bytes)].filter(Boolean).join(' ')}`;
}

/** S3 names its errors in XML; the one word is all that is wanted of it, and the rest may quote what we signed. */
function codeIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, 2_000)).toString();
  return /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1];
}
