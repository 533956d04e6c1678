import { services } from '@ticketaka/charts/services';
import {
  type ErrorTable,
  isContent,
  isJsonType,
  noContent,
  platformErrors,
  type ResponseSpec,
  type Route,
} from '@ticketaka/platform/contract';
import { z } from 'zod';
import type { FuzzAnswer } from './fuzz-client.ts';
import type { Part } from './fuzz-request.ts';

/** RFC 9457, with the members that every problem of the platform has. */
const problemBody = z.looseObject({
  type: z.string().startsWith('/problems/'),
  title: z.string().min(1),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().optional(),
});

const tables = new Map<string, ErrorTable>(services.map(({ name, api }) => [name, api?.errors ?? {}]));

/** What the gateway itself says, in plain text, to a target or a framing that it does not let through. */
const gatewayRefusals: ReadonlySet<number> = new Set([400, 403, 404, 413, 414, 431]);
/** Parts that the gateway reads. What is wrong with the others is the service's to say. */
const readByGateway: ReadonlySet<Part | undefined> = new Set(['path', 'query', 'headers']);

/** What is wrong with an answer, in words; nothing for a good one. */
export function complaints(route: Route, answer: FuzzAnswer, wrong: Part | undefined): string[] {
  const { status } = answer;
  if (status >= 500 || status < 200) return [`status ${status}`];
  if (status >= 400) {
    // Every answer of a service carries it, and none of the gateway's own.
    return answer.headers['x-request-id'] === undefined
      ? ofGateway(answer, wrong)
      : ofProblem(route, answer, wrong === 'path');
  }
  // Another path may be another route's.
  return wrong === 'path' ? [] : ofSuccess(route, answer);
}

function ofGateway({ status, headers }: FuzzAnswer, wrong: Part | undefined): string[] {
  if (readByGateway.has(wrong) && gatewayRefusals.has(status)) return [];
  return [`${status} (${headers['content-type']}) of the gateway, where the service was to answer`];
}

function ofProblem(route: Route, { status, headers, body }: FuzzAnswer, elsewhere: boolean): string[] {
  const type = headers['content-type'];
  if (type !== 'application/problem+json') return [`an error as ${type}`];
  const parsed = problemBody.safeParse(parseJson(body));
  if (!parsed.success) return [`no problem of RFC 9457: ${z.prettifyError(parsed.error)}`];
  const { code, status: told, type: uri } = parsed.data;
  const found: string[] = [];
  if (told !== status) found.push(`status ${status} that calls itself ${told}`);
  if (uri !== `/problems/${code}`) found.push(`code ${code} of type ${uri}`);
  const own = elsewhere ? Object.assign({}, ...tables.values()) : (tables.get(route.service) ?? {});
  const declared: ErrorTable = { ...platformErrors, ...own };
  // Two services may give one code different statuses: which one answered an odd path is not known.
  if (!Object.hasOwn(declared, code)) found.push(`code ${code} is in no table`);
  else if (!elsewhere && declared[code]?.status !== status) found.push(`code ${code} with status ${status}`);
  const limited = code === 'too_many_requests';
  const always = Object.hasOwn(platformErrors, code) && !limited;
  if (!elsewhere && !always && !route.errors?.includes(code))
    found.push(`code ${code}, which the route does not declare`);
  return found;
}

function ofSuccess(route: Route, answer: FuzzAnswer): string[] {
  const { status, headers, body } = answer;
  if (status === 304) return route.method === 'GET' && body.length === 0 ? [] : ['304 with a body, or not to a GET'];
  const spec = route.responses[status];
  if (spec === undefined) return [`status ${status}, which the route does not declare`];
  if (spec === noContent) return body.length === 0 ? [] : [`${status} with a body`];
  const declared = contentType(spec);
  const given = headers['content-type'];
  // The pages' files have types of their own.
  if (declared !== 'application/octet-stream' && given?.startsWith(declared) !== true) {
    return [`${given} instead of ${declared}`];
  }
  const value = isJsonType(declared) ? parseJson(body) : declared.startsWith('image/svg') ? body.toString() : undefined;
  const result = schemaOf(spec).safeParse(value ?? (declared.startsWith('text/') ? body.toString() : body));
  return result.success ? [] : [`a body that breaks its schema: ${z.prettifyError(result.error)}`];
}

const contentType = (spec: Exclude<ResponseSpec, typeof noContent>) =>
  isContent(spec) ? spec.contentType : 'application/json';
const schemaOf = (spec: Exclude<ResponseSpec, typeof noContent>) => (isContent(spec) ? spec.schema : spec);

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // Not JSON, which the schemas then say.
    return undefined;
  }
}
