import type { Api } from '../contract/index.ts';

export function openApiDocument(api: Api): Record<string, unknown> {
  return { openapi: '3.1.0', info: { title: api.title, version: '1' }, paths: {} };
}
