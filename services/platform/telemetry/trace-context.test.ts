import { describe, expect, it } from '@jest/globals';
import { currentTrace, withTrace } from './index.ts';

const given = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('withTrace', () => {
  it('carries the traceparent through awaits', async () => {
    const seen = await withTrace(given, async () => {
      await new Promise(setImmediate);
      return currentTrace();
    });
    expect(seen).toBe(given);
  });

  it.each([undefined, '', 'x', `${given}\r\nx: y`, given.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32))])(
    'starts a new trace in place of %j',
    (bad) => {
      const seen = withTrace(bad, () => currentTrace());
      expect(seen).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      expect(seen).not.toBe(bad);
    },
  );

  it('is over when the work is over', () => {
    withTrace(given, () => undefined);
    expect(currentTrace()).toBeUndefined();
  });
});
