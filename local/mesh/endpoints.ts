/** The endpoints file: where the workloads of the manifests run on this machine. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const address = z.string().regex(/^(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}$/, 'is not a loopback address and port');
const listenPort = z.int().min(0).max(65_535);

const endpointsFile = z.strictObject({
  gateway: z.strictObject({
    /** 0 picks a free one. */
    port: listenPort,
    /** @default 127.0.0.1 */
    host: z.string().default('127.0.0.1'),
    namespace: z.string().default('istio-ingress'),
    serviceAccount: z.string().default('istio-ingressgateway'),
    labels: labels.default({ istio: 'ingressgateway' }),
  }),
  workloads: z.record(
    z.string(),
    z.strictObject({
      /** One for each replica; an object where a replica has labels of its own, as a canary has. */
      addresses: z.array(z.union([address, z.strictObject({ address, labels })])),
      /** Of the listener that the workload sends its own requests to; 0 picks a free one. */
      outboundPort: listenPort,
      /** @default the namespace of the ServiceAccount */
      namespace: z.string().optional(),
      /** @default the workload's name, or what its Deployment says */
      serviceAccount: z.string().optional(),
      /** Added to the labels of its Deployment, or else to the selector of the Service of its name. */
      labels: labels.default({}),
    }),
  ),
});
export type EndpointsFile = z.output<typeof endpointsFile>;

/** @throws Error of one line that names the field */
export function parseEndpoints(text: string): EndpointsFile {
  const parsed = endpointsFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`endpoints file: ${issue?.path.join('.')}: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('endpoints file: is not JSON', { cause: error });
  }
}

export async function readEndpoints(file: string): Promise<EndpointsFile> {
  return parseEndpoints(await readFile(file, 'utf8'));
}
