import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Headers } from './headers.ts';
import type { MeshRequest } from './request.ts';
import { compileRetries, retryDelay } from './retries.ts';
import { chooseDestination, rewritePath } from './route.ts';
import { compileMatch } from './route-match.ts';
import type { HttpMatchSpec } from './supported-networking.ts';

const request = (changes: Partial<MeshRequest> = {}, headers: readonly string[] = []): MeshRequest => ({
  method: 'GET',
  path: '/a',
  query: '',
  scheme: 'http',
  authority: 'localhost:8080',
  host: 'localhost',
  port: 80,
  headers: Headers.from(headers),
  framing: { body: 'none' },
  peerAddress: '127.0.0.1',
  ...changes,
});
const context = { gateway: 'mesh', sourceLabels: { app: 'a', version: '1' } };

describe('a match', () => {
  it.each<[HttpMatchSpec, MeshRequest, boolean]>([
    [{}, request(), true],
    [{ uri: { exact: '/a' } }, request({ path: '/a/' }), false],
    [{ uri: { prefix: '/a' } }, request({ path: '/ab' }), true],
    [{ uri: { exact: '/A' }, ignoreUriCase: true }, request(), true],
    [{ uri: { exact: '/A' } }, request(), false],
    [{ method: { regex: 'GET|HEAD' } }, request({ method: 'HEAD' }), true],
    [{ method: { exact: 'get' } }, request(), false],
    [{ authority: { exact: 'localhost' } }, request(), false],
    [{ scheme: { exact: 'https' } }, request(), false],
    [{ port: 80 }, request(), true],
    [{ port: 81 }, request(), false],
    [{ gateways: ['mesh'] }, request(), true],
    [{ gateways: ['n/g'] }, request(), false],
    [{ sourceLabels: { app: 'a' } }, request(), true],
    [{ sourceLabels: { app: 'b' } }, request(), false],
    [{ headers: { 'X-A': { exact: 'b' } } }, request({}, ['x-a', 'b']), true],
    [{ headers: { 'x-a': { exact: 'b' } } }, request({}, ['x-a', 'b', 'x-a', 'c']), false],
    [{ headers: { 'x-a': { regex: '.*' } } }, request(), false],
    [{ headers: { 'x-a': {} } }, request({}, ['x-a', '']), true],
    [{ headers: { 'x-a': null } }, request(), false],
    [{ withoutHeaders: { 'x-a': {} } }, request(), true],
    [{ withoutHeaders: { 'x-a': {} } }, request({}, ['x-a', '']), false],
    [{ withoutHeaders: { authorization: { regex: 'Bearer .+' } } }, request(), true],
    [{ withoutHeaders: { authorization: { regex: 'Bearer .+' } } }, request({}, ['authorization', 'Bearer a']), false],
    [{ withoutHeaders: { authorization: { regex: 'Bearer .+' } } }, request({}, ['authorization', 'bearer a']), true],
    [
      { withoutHeaders: { authorization: { regex: 'Bearer .+' } } },
      request({}, ['authorization', 'Basic a', 'authorization', 'Bearer b']),
      true,
    ],
    [{ queryParams: { q: { exact: 'a b' } } }, request({ query: '?p=1&q=a%20b' }), true],
    [{ queryParams: { q: { exact: 'a' } } }, request({ query: '?q=b&q=a' }), false],
    [{ queryParams: { q: { regex: '\\d+' } } }, request({ query: '?q=12x' }), false],
    [{ queryParams: { q: {} } }, request({ query: '?q' }), true],
    [{ uri: { exact: '/a' }, method: { exact: 'POST' } }, request(), false],
  ])('%j', (match, asked, expected) => {
    expect(compileMatch(match)(asked, context)).toBe(expected);
  });
});

const destination = (weight: number) => ({ destination: { host: String(weight) }, weight });

describe('weights', () => {
  it('share the requests out in proportion, and give a weight of 0 nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 }), (weights) => {
        const total = weights.reduce((a, b) => a + b, 0);
        fc.pre(total > 0);
        const destinations = weights.map(destination);
        const counts = new Map(destinations.map((each) => [each, 0]));
        for (let point = 0; point < total; point += 1) {
          const chosen = chooseDestination(destinations, (point + 0.5) / total);
          const each = destinations.find((candidate) => candidate === chosen) ?? destination(-1);
          counts.set(each, (counts.get(each) ?? 0) + 1);
        }
        expect([...counts.values()]).toEqual(weights);
      }),
    );
  });

  it('are right at both ends', () => {
    const destinations = [destination(0), destination(1), destination(0)];
    expect(chooseDestination(destinations, 0).weight).toBe(1);
    expect(chooseDestination(destinations, 1 - Number.EPSILON).weight).toBe(1);
  });
});

describe('a rewrite', () => {
  it.each<[string, string, HttpMatchSpec['uri'], string]>([
    ['/old/x', '/new', { prefix: '/old' }, '/new/x'],
    ['/old/x', '/', { prefix: '/old/' }, '/x'],
    ['/old', '/new', { exact: '/old' }, '/new'],
    ['/old/1', '/new', { regex: '/old/.*' }, '/new'],
    ['/x', '/new/', undefined, '/new/x'],
  ])('of %s to %s by %j is %s', (path, rewrite, ...[uri, expected]) => {
    expect(rewritePath(path, rewrite, uri)).toBe(expected);
  });
});

describe('retries', () => {
  const reset = { failure: 'reset' } as const;
  const refused = { failure: 'connect-failure' } as const;

  it.each([
    ['connect-failure', refused, true],
    ['connect-failure', reset, false],
    ['reset', refused, false],
    ['reset', { failure: 'per-try-timeout' } as const, true],
    ['5xx', { status: 500 }, true],
    ['5xx', { status: 499 }, false],
    ['gateway-error', { status: 500 }, false],
    ['503', { status: 503 }, true],
    ['retriable-status-codes,502', { status: 502 }, true],
    ['refused-stream,unavailable,cancelled', refused, false],
  ])('on %s after %j: %s', (retryOn, outcome, expected) => {
    expect(compileRetries({ attempts: 1, retryOn }).shouldRetry(outcome)).toBe(expected);
  });

  it('are two by default, on failures to connect only', () => {
    const { attempts, shouldRetry } = compileRetries(undefined);
    expect([attempts, shouldRetry(refused), shouldRetry(reset), shouldRetry({ status: 503 })]).toEqual([
      2,
      true,
      false,
      false,
    ]);
  });

  it('are none with 0 attempts, and refuse what they do not know', () => {
    expect(compileRetries({ attempts: 0, retryOn: '5xx' }).shouldRetry(reset)).toBe(false);
    expect(() => compileRetries({ attempts: 1, retryOn: 'sometimes' })).toThrow('sometimes');
  });

  it('wait a little longer each time, never more than 250 ms', () => {
    expect([1, 2, 3, 4, 5, 9].map((retry) => retryDelay(retry, () => 1))).toEqual([25, 50, 100, 200, 250, 250]);
  });
});
