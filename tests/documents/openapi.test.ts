import { describe, expect, it } from '@jest/globals';
import { services } from '@ticketaka/charts/services';
import type { Api } from '@ticketaka/platform/contract';
import { mergeDocuments, openApiDocument } from '@ticketaka/platform/openapi';
import { problemsOf } from '../../services/platform/openapi/test/rules.ts';

const apis: readonly Api[] = services.flatMap(({ api }) => api ?? []);

describe.each(apis.map((api) => [api.service, api] as const))('the OpenAPI document of %s', (_, api) => {
  it.each([false, true])('keeps the rules of OpenAPI 3.1 (internal routes: %s)', async (internal) => {
    expect(await problemsOf(openApiDocument(api, { internal }))).toEqual([]);
  });
});

it('keeps the rules in one document of all services', async () => {
  const merged = mergeDocuments(apis.map((api) => openApiDocument(api)));
  expect(await problemsOf(merged)).toEqual([]);
  expect(Object.keys(merged.paths)).toEqual(expect.arrayContaining(['/api/auth/login', '/api/members/me']));
});

it('promises 429 where signing in, codes and sign-ups are limited', () => {
  const merged = mergeDocuments(apis.map((api) => openApiDocument(api)));
  const limited = Object.entries(merged.paths).flatMap(([path, operations]) =>
    Object.values(operations).flatMap(({ responses }) => (Object.hasOwn(Object(responses), '429') ? path : [])),
  );
  expect(limited).toEqual(
    expect.arrayContaining([
      '/api/auth/login',
      '/api/auth/refresh',
      '/api/members/verifications',
      '/api/members/verifications/confirm',
      '/api/members',
      '/api/members/password-resets',
      '/api/members/password-resets/confirm',
    ]),
  );
});
