import { describe, expect, it } from '@jest/globals';
import { framingOf, Headers, removeEdgeHeaders, removeHopByHop } from './headers.ts';

const after = (change: (headers: Headers) => void, raw: readonly string[]) => {
  const headers = Headers.from(raw);
  change(headers);
  return headers.toRaw();
};

describe('headers', () => {
  it('keep order, case and repetition', () => {
    const raw = ['B', '1', 'a', '2', 'b', '3'];
    const headers = Headers.from(raw);
    expect([headers.toRaw(), headers.get('b'), headers.getAll('A'), headers.get('c')]).toEqual([
      raw,
      '1,3',
      ['2'],
      undefined,
    ]);
  });

  it('of one hop stay there, with those that Connection names', () => {
    const raw = [
      'Connection',
      'close, X-Mine',
      'x-mine',
      '1',
      'Keep-Alive',
      '5',
      'TE',
      'trailers',
      'Upgrade',
      'h2c',
      'Accept',
      '*/*',
    ];
    expect(after(removeHopByHop, raw)).toEqual(['Accept', '*/*']);
  });

  it('that make a request what it is cannot be named away', () => {
    const raw = [
      'Connection',
      'authorization, content-length, host, cookie',
      'Authorization',
      'a',
      'Content-Length',
      '1',
      'Host',
      'h',
      'Cookie',
      'c',
    ];
    expect(after(removeHopByHop, raw)).toEqual(raw.slice(2));
  });

  it('that only the mesh may write are dropped at the edge', () => {
    const raw = [
      'X-Forwarded-For',
      '1',
      'x-forwarded-client-cert',
      '2',
      'X-Envoy-Retry-On',
      '3',
      'Forwarded',
      '4',
      'X-Request-Id',
      '5',
      'X-Real-IP',
      '6',
      'traceparent',
      '7',
    ];
    expect(after(removeEdgeHeaders, raw)).toEqual(['traceparent', '7']);
  });
});

describe('framing', () => {
  it.each<[readonly string[], unknown]>([
    [[], { body: 'none' }],
    [['Content-Length', '12'], { body: 'sized', length: 12 }],
    [['Transfer-Encoding', 'Chunked'], { body: 'chunked' }],
    [['Content-Length', '1', 'content-length', '1'], undefined],
    [['Content-Length', '1, 1'], undefined],
    [['Content-Length', '+1'], undefined],
    [['Content-Length', '1', 'Transfer-Encoding', 'chunked'], undefined],
    [['Transfer-Encoding', 'gzip, chunked'], undefined],
    [['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], undefined],
  ])('of %j is %j', (raw, expected) => {
    expect(framingOf(Headers.from(raw))).toEqual(expected);
  });
});
