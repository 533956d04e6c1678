import type { z } from 'zod';
import { isContent, noContent, type ResponseSpec, type Route } from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import { type BodyInput, PreparedBody } from './prepared.ts';
import type { Rendered } from './rendered.ts';
import type { RouteResult } from './types.ts';

/** A handler's answer that its route does not declare. */
export class BrokenContract extends Error {
  override readonly name = 'BrokenContract';
}

/**
 * What to do with an answer that breaks its schema. Fields that are missing or of a wrong type are a 500 either way.
 * `throw` (tests): so is everything else. `log` (production): a value out of its bounds is logged and sent.
 * Fields that the schema does not know are never sent.
 */
export type CheckResponses = 'throw' | 'log';

/** Turns the parsed value, of the declared shape, into what is sent. */
type Render = (body: unknown) => { readonly body: string | Uint8Array; readonly type?: string };

interface ResponsePlan {
  readonly spec: ResponseSpec;
  readonly type?: string;
  readonly schema: z.ZodType | undefined;
  readonly render: Render;
}

/** JSON.stringify gives undefined for undefined, which no declared schema of a JSON body may be. */
function json(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new BrokenContract('a JSON body cannot be undefined');
  return text;
}

function responsePlan(spec: ResponseSpec): ResponsePlan {
  if (spec === noContent) return { spec, schema: undefined, render: () => ({ body: '' }) };
  if (!isContent(spec)) {
    const type = 'application/json';
    return { spec, type, schema: spec, render: (body) => ({ body: json(body), type }) };
  }
  const text = spec.contentType.startsWith('text/') && !spec.contentType.includes('charset');
  const type = text ? `${spec.contentType}; charset=utf-8` : spec.contentType;
  return {
    spec,
    type,
    schema: spec.schema,
    render: (body) => ({ body: typeof body === 'string' || body instanceof Uint8Array ? body : json(body), type }),
  };
}

/** Issues about bounds: the value has the declared shape, so that a client can read it. */
const bounds: ReadonlySet<string> = new Set(['too_big', 'too_small', 'invalid_format', 'not_multiple_of', 'custom']);

function describe(issues: readonly z.core.$ZodRawIssue[]): string {
  return issues.map(({ code, path = [] }) => `${path.join('.') || 'body'}: ${code}`).join(', ');
}

function parseOutput(schema: z.ZodType, value: unknown, tolerate: (broken: string) => boolean): unknown {
  // `_zod.run` is zod's interface for libraries. Unlike safeParse it also gives the value that was built from an input
  // with issues, stripped of unknown keys.
  const payload = schema._zod.run({ value, issues: [] }, { async: false });
  if (payload instanceof Promise) throw new BrokenContract('the schema of a response must not be asynchronous');
  if (payload.issues.length === 0) return payload.value;
  const broken = describe(payload.issues);
  if (!payload.issues.every(({ code }) => bounds.has(code)) || !tolerate(broken)) throw new BrokenContract(broken);
  return payload.value;
}

/** The value that is sent of one that was given. @throws BrokenContract when it breaks the schema */
export function checkedOutput(schema: z.ZodType, value: unknown): unknown {
  return parseOutput(schema, value, () => false);
}

export function lowerCased(headers: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const lower: Record<string, string> = {};
  if (headers) for (const [name, header] of Object.entries(headers)) lower[name.toLowerCase()] = header;
  return lower;
}

/** @throws BrokenContract when it was prepared for another answer */
function preparedBody(prepared: PreparedBody, plan: ResponsePlan, route: Route): Rendered {
  const fits = prepared.spec === 'content' ? isContent(plan.spec) : prepared.spec === plan.spec;
  if (!fits) throw new BrokenContract(`${route.service}.${route.name}: the body was prepared for another answer`);
  if (route.method !== 'GET') throw new BrokenContract(`${route.service}.${route.name} is no GET`);
  const headers = plan.type === undefined ? {} : { 'content-type': plan.type };
  return { status: 200, headers, body: prepared.identity, prepared };
}

type ResponseOf<R extends Route, Status extends keyof R['responses']> = R['responses'][Status] extends infer S extends
  ResponseSpec
  ? S
  : never;

/**
 * Renders a body of a GET once, for every request that is answered with it until it changes: checked by the response's
 * schema, with an entity tag, compressed when it is first asked for.
 * @throws BrokenContract when the body breaks the schema, also where it is only out of bounds
 */
export function prerender<R extends Route, Status extends keyof R['responses'] & number>(
  route: R,
  status: Status,
  body: BodyInput<ResponseOf<R, Status>>,
): PreparedBody<ResponseOf<R, Status>>;
export function prerender(route: Route, status: number, body: unknown): PreparedBody {
  const spec = route.responses[status];
  if (spec === undefined) throw new BrokenContract(`${route.service}.${route.name} does not declare status ${status}`);
  const plan = responsePlan(spec);
  const value = plan.schema && checkedOutput(plan.schema, body);
  const rendered = plan.render(value).body;
  return new PreparedBody(spec, typeof rendered === 'string' ? Buffer.from(rendered) : rendered);
}

export type RenderResult = (result: RouteResult, to: { readonly log: Logger }) => Rendered;

/** Compiles the answers that a route declares. */
export function resultRenderer(route: Route, checkResponses: CheckResponses): RenderResult {
  const plans = new Map(Object.entries(route.responses).map(([status, spec]) => [Number(status), responsePlan(spec)]));
  return (result, to) => {
    const plan = plans.get(result.status);
    if (!plan) throw new BrokenContract(`${route.service}.${route.name} does not declare status ${result.status}`);
    if (result.body instanceof PreparedBody) {
      const ready = preparedBody(result.body, plan, route);
      const { status, cookies } = result;
      const headers = { ...ready.headers, ...lowerCased(result.headers) };
      return { ...ready, status, headers, ...(cookies && { cookies }) };
    }
    const tolerate = (broken: string) => {
      to.log.error({ route: route.name, status: result.status, broken }, 'a response breaks its schema');
      return checkResponses === 'log';
    };
    const value = plan.schema ? parseOutput(plan.schema, result.body, tolerate) : undefined;
    const { body, type } = plan.render(value);
    const headers = lowerCased(result.headers);
    if (type !== undefined) headers['content-type'] ??= type;
    const { cookies } = result;
    return { status: result.status, headers, body, ...(cookies && { cookies }) };
  };
}
