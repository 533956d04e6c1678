import { type Api, isDocsRoute } from '../contract/index.ts';
import { operation } from './operation.ts';
import { problemSchema } from './problems.ts';
import { SchemaCollector } from './schemas.ts';
import type { Json, OpenApiDocument } from './types.ts';

export interface DocumentOptions {
  /** Where clients reach the API: `https://ticketaka.example`. @default '/', the host that the document came from */
  readonly publicUrl?: string;
  /** Also routes that only services may call. @default false */
  readonly internal?: boolean;
}

const bearer: Json = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From POST /api/auth/login' };
const apiKey: Json = { type: 'apiKey', in: 'header', name: 'X-Api-Key' };

/** The OpenAPI 3.1 document of an API, derived from its declaration. */
export function openApiDocument(
  api: Api,
  { publicUrl = '/', internal = false }: DocumentOptions = {},
): OpenApiDocument {
  const routes = Object.values(api.routes).filter(
    ({ name, access }) => !isDocsRoute(name) && (internal || access.level !== 'internal'),
  );
  const collector = new SchemaCollector();
  const sharedResponses: Record<string, Json> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.fullPath.replace('*}', '}');
    paths[path] ??= {};
    const context = { errors: api.errors, collector, sharedResponses };
    paths[path][route.method.toLowerCase()] = operation(route, context);
  }
  const levels = new Set(routes.map(({ access }) => access.level));
  return {
    openapi: '3.1.0',
    info: { title: api.title, version: '1.0.0' },
    servers: [{ url: publicUrl }],
    tags: [{ name: api.service, description: api.title }],
    paths,
    components: {
      schemas: { ...collector.components, Problem: problemSchema },
      responses: sharedResponses,
      securitySchemes: {
        ...((levels.has('member') || levels.has('role')) && { bearer }),
        ...(levels.has('partner') && { apiKey }),
      },
    },
  };
}
