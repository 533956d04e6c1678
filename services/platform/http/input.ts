import type { IncomingMessage } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import type { Request } from 'express';
import { z } from 'zod';
import {
  bytes,
  isContent,
  isJsonType,
  platformErrors,
  type RequestSpec,
  type Route,
  requestType,
} from '../contract/index.ts';
import { parseCookies } from './cookies.ts';
import { parseJson } from './json.ts';
import { localeOfRequest } from './locale.ts';
import { pathPlan } from './paths.ts';
import { type Problem, problem } from './problem.ts';

type Part = 'path' | 'query' | 'cookie' | 'body';

export interface InputError {
  readonly in: Part | 'header';
  /** `seats.0.row`; empty for the whole part. */
  readonly path: string;
  readonly message: string;
}

export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly cookies: unknown;
  readonly body: unknown;
}

const korean = z.locales.ko().localeError;

function invalid(errors: readonly InputError[]): Problem {
  return problem(platformErrors, 'invalid_request', { extensions: { errors } });
}

function queryOf(request: IncomingMessage): unknown {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  return mark === -1 ? {} : parseQuery(url.slice(mark + 1));
}

const hidesMore = /[/\\\0]/;

/**
 * A segment that hides a slash, or is a dot segment, would let a path mean one thing to the mesh's policies and another
 * here, so it is nobody's path.
 */
function plainSegment(segment: string): string {
  if (segment === '.' || segment === '..' || hidesMore.test(segment)) throw problem(platformErrors, 'not_found');
  return segment;
}

/** Express gives `{name*}` as its segments. */
function plainParams(names: readonly (readonly [name: string, key: string])[], { params }: Request) {
  const plain: Record<string, string> = {};
  for (const [name, key] of names) {
    const value = params[key] ?? [];
    plain[name] = typeof value === 'string' ? plainSegment(value) : value.map(plainSegment).join('/');
  }
  return plain;
}

function unreadable(message: string, cause: unknown): Problem {
  const errors: InputError[] = [{ in: 'body', path: '', message }];
  return problem(platformErrors, 'invalid_request', { cause, extensions: { errors } });
}

function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return parseJson(body.toString('utf8'));
  } catch (error) {
    throw unreadable('is not JSON that can be read', error);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Without the mark of the byte order that spreadsheets put in front. */
function readText(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch (error) {
    throw unreadable('is not text in UTF-8', error);
  }
}

interface BodyPlan {
  readonly schema: z.ZodType;
  readonly read: (body: Buffer) => unknown;
}

function bodyPlan(spec: RequestSpec): BodyPlan {
  const schema = isContent(spec) ? spec.schema : spec;
  if (schema === bytes) return { schema, read: (body) => body };
  return { schema, read: isJsonType(requestType(spec)) ? readJson : readText };
}

interface Check {
  readonly part: Part;
  readonly schema: z.ZodType;
  readonly request: Request;
}

function check({ part, schema, request }: Check, value: unknown, errors: InputError[]): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const told = localeOfRequest(request) === 'ko' ? schema.safeParse(value, { error: korean }) : result;
  for (const issue of told.error?.issues ?? result.error.issues) {
    errors.push({ in: part, path: issue.path.join('.'), message: issue.message });
  }
  return undefined;
}

export type ParseInput = (request: Request, body: Buffer | undefined) => Input;

/**
 * Compiles the reading of what the route declares, and nothing else. Keys that a schema does not know are dropped or
 * refused as it says. The function throws the problem `invalid_request`, which names every field that is wrong.
 */
export function inputParser(route: Route): ParseInput {
  const { params, query, cookies } = route;
  const body = route.body && bodyPlan(route.body);
  const names = pathPlan(route.fullPath).names.map((name, index) => [name, `p${index}`] as const);
  return (request, given) => {
    const errors: InputError[] = [];
    const plain = names.length > 0 ? plainParams(names, request) : {};
    const input: Input = {
      params: params ? check({ part: 'path', schema: params, request }, plain, errors) : plain,
      query: query && check({ part: 'query', schema: query, request }, queryOf(request), errors),
      cookies:
        cookies && check({ part: 'cookie', schema: cookies, request }, parseCookies(request.headers.cookie), errors),
      body: body && check({ part: 'body', schema: body.schema, request }, given && body.read(given), errors),
    };
    if (errors.length > 0) throw invalid(errors);
    return input;
  };
}
