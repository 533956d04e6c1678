import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../http/index.ts';
import { type Credentials, faultOf } from './signature-v4.ts';

interface Stored {
  readonly bytes: Buffer;
  readonly contentType: string;
}

type Trouble = 'none' | 'error' | 'silence' | 'hang-up';

/**
 * The part of the S3 API that a file store uses, for one bucket: a signed PUT, GET, HEAD or DELETE of an object, and
 * S3's errors. It refuses what is not signed as AWS asks.
 */
export async function startS3(known: Credentials, bucket: string) {
  const objects = new Map<string, Stored>();
  const troubles: Trouble[] = [];
  const requests: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    const trouble = troubles.shift();
    if (trouble === 'silence') return;
    if (trouble === 'hang-up') return void request.socket.destroy();
    if (trouble === 'error') return fail(503, 'SlowDown');

    const fault = faultOf(request, body, known);
    if (fault !== undefined) return fail(fault === 'XAmzContentSHA256Mismatch' ? 400 : 403, fault);
    const [, given, ...rest] = new URL(url, 'http://host').pathname.split('/');
    if (given !== bucket) return fail(404, 'NoSuchBucket');
    const key = rest.join('/');
    const stored = objects.get(key);
    if (method === 'PUT') {
      objects.set(key, { bytes: body, contentType: String(request.headers['content-type']) });
      return void response.writeHead(200).end();
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (!stored) return fail(404, 'NoSuchKey');
    const { bytes, contentType } = stored;
    response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length });
    response.end(method === 'HEAD' ? undefined : bytes);

    function fail(status: number, code: string) {
      response.writeHead(status, { 'content-type': 'application/xml' });
      const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
      response.end(method === 'HEAD' ? undefined : xml);
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  const { url, close } = await listen(server, 0, '127.0.0.1');
  const { accessKeyId, secretAccessKey, region } = known;
  return {
    url,
    objects,
    /** As they came: `PUT /bucket/key`. */
    requests,
    /** What the next requests meet. */
    troubles,
    /** For FILE_STORE_URL. */
    storeUrl(change: Partial<Credentials> & { readonly path?: string } = {}) {
      const { path = bucket, ...keys } = { accessKeyId, secretAccessKey, region, ...change };
      const user = `${encodeURIComponent(keys.accessKeyId)}:${encodeURIComponent(keys.secretAccessKey)}`;
      return `s3://${user}@${new URL(url).host}/${path}?region=${keys.region}&protocol=http`;
    },
    [Symbol.asyncDispose]: () => close({ deadlineMs: 0 }),
  };
}
