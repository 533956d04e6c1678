import { z } from 'zod';
import { public as publicAccess } from './access.ts';
import { bytes, content, type RouteSpec } from './route.ts';

/** Routes that every API has besides its own; the platform answers them. */
export const docsRoutes = {
  openApiDocument: {
    method: 'GET',
    path: '/openapi.json',
    access: publicAccess(),
    summary: 'The OpenAPI document of this API',
    responses: { 200: z.record(z.string(), z.unknown()) },
  },
  docsPage: {
    method: 'GET',
    path: '/docs',
    access: publicAccess(),
    summary: 'A page to read and try this API',
    responses: { 200: content('text/html', z.string()) },
  },
  docsFile: {
    method: 'GET',
    path: '/docs/files/{file}',
    access: publicAccess(),
    summary: 'A file of that page',
    params: z.object({ file: z.string() }),
    responses: { 200: content('application/octet-stream', z.union([z.string(), bytes])) },
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;

export type DocsRouteName = keyof typeof docsRoutes;

export function isDocsRoute(name: string): name is DocsRouteName {
  return Object.hasOwn(docsRoutes, name);
}
