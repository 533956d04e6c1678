import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, bytes, content, defineApi, defineErrors, eventStream, noContent } from '../contract/index.ts';
import { mergeDocuments, openApiDocument } from './index.ts';
import { problemsOf } from './test/rules.ts';

const errors = defineErrors({
  seat_taken: { status: 409, title: { en: 'The seat is taken', ko: '이미 선택된 좌석입니다' } },
});
const seatId = z.uuid().meta({ id: 'SeatId', examples: ['0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e'] });
const hold = z
  .object({ seats: z.array(seatId).min(1), heldUntil: z.iso.datetime(), note: z.string().default('') })
  .meta({ id: 'Hold', description: 'Seats that wait for payment' });
const api = defineApi({
  service: 'seats',
  base: '/api/seats',
  title: 'Seats',
  errors,
  routes: {
    hold: {
      method: 'POST',
      path: '/shows/{showId}/holds',
      access: access.member(),
      summary: 'Hold seats',
      description: 'For seven minutes.',
      idempotent: true,
      ifMatch: true,
      params: z.object({ showId: z.uuid().meta({ description: 'The show', examples: ['x'] }) }),
      query: z.object({ notify: z.stringbool().optional(), page: z.coerce.number().int() }),
      cookies: z.object({ session: z.string() }),
      body: hold,
      responses: { 201: hold },
      errors: ['seat_taken', 'too_many_requests'],
    },
    poster: {
      method: 'GET',
      path: '/posters/{name*}',
      access: access.public(),
      summary: 'A poster',
      responses: { 200: content('image/png', bytes), 304: noContent },
    },
    sell: {
      method: 'DELETE',
      path: '/{id}',
      access: access.role('staff'),
      summary: 'Remove',
      responses: { 204: noContent },
    },
    map: {
      method: 'GET',
      path: '/map',
      access: access.public(),
      summary: 'The map',
      etag: 'body',
      responses: { 200: z.object({ rows: z.int() }) },
    },
    changes: {
      method: 'GET',
      path: '/changes',
      access: access.public(),
      summary: 'What changes',
      responses: { 200: eventStream({ held: hold, gap: z.object({ from: z.int() }) }) },
    },
    secret: {
      method: 'GET',
      path: '/secret',
      access: access.internal(),
      summary: 'Secret',
      responses: { 200: z.date() },
    },
  },
});

const document = openApiDocument(api);
const operation = document.paths['/api/seats/shows/{showId}/holds']?.['post'];

describe('openApiDocument', () => {
  it('follows the rules of OpenAPI 3.1', async () => {
    expect(await problemsOf(document)).toEqual([]);
    expect(await problemsOf(openApiDocument(api, { internal: true, publicUrl: 'https://t.example' }))).toEqual([]);
  });

  it('would be caught breaking them', async () => {
    const broken = {
      ...document,
      info: { title: 'No version' },
      paths: { '/a/{b}': { get: { operationId: 'x', responses: { 200: { $ref: '#/components/responses/none' } } } } },
    };
    // What the types forbid is what the rules are tried with.
    expect(await problemsOf(broken as unknown as typeof document)).toEqual([
      expect.stringMatching(/^\/info: .*version/),
      expect.stringMatching(/no #\/components\/responses\/none$/),
      'get /a/{b}: declares ',
    ]);
  });

  it('shows what clients may call, not what only services may, nor the page itself', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/api/seats/shows/{showId}/holds',
      '/api/seats/posters/{name}',
      '/api/seats/{id}',
      '/api/seats/map',
      '/api/seats/changes',
    ]);
    expect(Object.keys(openApiDocument(api, { internal: true }).paths)).toContain('/api/seats/secret');
  });

  it('keeps schemas that have an id as components, with their examples', () => {
    expect(document.components.schemas).toMatchObject({
      SeatId: { type: 'string', format: 'uuid', examples: ['0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e'] },
      Hold: {
        description: 'Seats that wait for payment',
        properties: { seats: { items: { $ref: '#/components/schemas/SeatId' } } },
      },
      Problem: { required: ['type', 'title', 'status', 'code', 'instance'] },
    });
  });

  it('names the events of a stream, how it is resumed, and that there may be too many', () => {
    const changes = document.paths['/api/seats/changes']?.['get'];
    expect(changes).toMatchObject({
      parameters: [{ name: 'Last-Event-ID', in: 'header' }],
      responses: {
        200: {
          content: {
            'text/event-stream': {
              schema: { type: 'string', description: expect.stringContaining('`held`, `gap`') },
              'x-events': { held: { $ref: '#/components/schemas/Hold' }, gap: { type: 'object', required: ['from'] } },
            },
          },
        },
        429: {},
        503: {},
      },
    });
  });

  it('tells apart what a client may leave out and what it always gets', () => {
    const body = operation?.['requestBody'];
    expect(body).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Hold.input' } } },
    });
    expect(document.components.schemas['Hold.input']).toMatchObject({ required: ['seats', 'heldUntil'] });
    expect(document.components.schemas['Hold']).toMatchObject({ required: ['seats', 'heldUntil', 'note'] });
  });

  it('lists every parameter, the key of an idempotent request among them', () => {
    const parameters = operation?.['parameters'];
    expect(parameters).toMatchObject([
      {
        name: 'showId',
        in: 'path',
        required: true,
        description: 'The show',
        schema: { format: 'uuid', examples: ['x'] },
      },
      { name: 'notify', in: 'query' },
      { name: 'page', in: 'query', required: true, schema: { type: 'integer' } },
      { name: 'Idempotency-Key', in: 'header', required: true },
      { name: 'If-Match', in: 'header', required: true },
      { name: 'session', in: 'cookie', required: true },
    ]);
  });

  it('lists every problem with its codes, the platform’s too', () => {
    const responses = operation?.['responses'];
    expect(Object.keys(responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(responses).toMatchObject({
      400: { description: expect.stringMatching(/invalid_request.*idempotency_key_missing/s) },
      401: { $ref: '#/components/responses/unauthenticated' },
      409: {
        content: {
          'application/problem+json': {
            schema: { allOf: [{}, { properties: { code: { enum: ['idempotency_in_progress', 'seat_taken'] } } }] },
            examples: {
              seat_taken: { value: { type: '/problems/seat_taken', title: 'The seat is taken', status: 409 } },
            },
          },
        },
      },
    });
  });

  it('says who may call', () => {
    expect(operation).toMatchObject({ security: [{ bearer: [] }] });
    expect(document.paths['/api/seats/posters/{name}']?.['get']).toMatchObject({ security: [] });
    expect(document.paths['/api/seats/{id}']?.['delete']).toMatchObject({
      security: [{ bearer: [] }],
      description: 'Needs one of the roles: staff.',
    });
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
  });
});

const other = (seat: z.ZodType) =>
  openApiDocument(
    defineApi({
      service: 'halls',
      base: '/api/halls',
      title: 'Halls',
      routes: {
        list: {
          method: 'GET',
          path: '',
          access: access.public(),
          summary: 'Halls',
          responses: { 200: z.object({ seat: seat.meta({ id: 'SeatId' }) }).meta({ id: 'Hall' }) },
        },
      },
    }),
  );

describe('mergeDocuments', () => {
  it('makes one document of many, which follows the rules too', async () => {
    const merged = mergeDocuments([document, other(z.string())], { title: 'All' });
    expect(Object.keys(merged.paths)).toHaveLength(6);
    expect(merged.tags.map(({ name }) => name)).toEqual(['seats', 'halls']);
    expect(await problemsOf(merged)).toEqual([]);
  });

  it('tells apart two components of one name', () => {
    const merged = mergeDocuments([document, other(z.string().max(3))]);
    expect(merged.components.schemas).toMatchObject({
      SeatId: { format: 'uuid' },
      'halls.SeatId': { maxLength: 3 },
      Hall: { properties: { seat: { $ref: '#/components/schemas/halls.SeatId' } } },
    });
  });

  it('refuses two services that answer the same', () => {
    expect(() => mergeDocuments([document, document])).toThrow('two services answer POST');
  });
});

it('says that an answer with a hash may be 304', () => {
  expect(document.paths['/api/seats/map']?.['get']).toHaveProperty(['responses', '304', 'description']);
});
