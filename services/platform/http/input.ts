import type { IncomingMessage } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import { z } from 'zod';
import { platformErrors, type Route } from '../contract/index.ts';
import { parseCookies } from './cookies.ts';
import { parseJson } from './json.ts';
import { localeOfRequest } from './locale.ts';
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

/**
 * Express gives `{name*}` as its segments. A segment that hides a slash, or is a dot segment, would let a path mean one
 * thing to the mesh's policies and another here, so it is nobody's path.
 */
function plainParams(params: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name in params) {
    const value = params[name];
    if (value === undefined) continue;
    const segments = typeof value === 'string' ? [value] : value;
    if (segments.some((segment) => segment === '.' || segment === '..' || /[/\\\0]/.test(segment))) {
      throw problem(platformErrors, 'not_found');
    }
    plain[name] = segments.length === 1 && typeof value === 'string' ? value : segments.join('/');
  }
  return plain;
}

export interface RawInput {
  readonly request: IncomingMessage;
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
  readonly bodyText: string | undefined;
}

function bodyOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    const message = 'is not JSON that can be read';
    throw problem(platformErrors, 'invalid_request', {
      cause: error,
      extensions: { errors: [{ in: 'body', path: '', message }] satisfies InputError[] },
    });
  }
}

/**
 * Reads what the route declares, and nothing else. Keys that a schema does not know are dropped or refused as it says.
 * @throws Problem `invalid_request` that names every field that is wrong
 */
export function parseInput(route: Route, { request, params, bodyText }: RawInput): Input {
  const errors: InputError[] = [];
  const check = (part: Part, schema: z.ZodType | undefined, read: () => unknown): unknown => {
    if (!schema) return undefined;
    const value = read();
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const told = localeOfRequest(request) === 'ko' ? schema.safeParse(value, { error: korean }) : result;
    for (const issue of told.error?.issues ?? result.error.issues) {
      errors.push({ in: part, path: issue.path.join('.'), message: issue.message });
    }
    return undefined;
  };
  const plain = plainParams(params);
  const input: Input = {
    params: route.params ? check('path', route.params, () => plain) : plain,
    query: check('query', route.query, () => queryOf(request)),
    cookies: check('cookie', route.cookies, () => parseCookies(request.headers.cookie)),
    body: check('body', route.body, () => bodyOf(bodyText)),
  };
  if (errors.length > 0) throw invalid(errors);
  return input;
}
