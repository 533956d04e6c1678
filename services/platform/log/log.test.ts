import { describe, expect, it } from '@jest/globals';
import { createLogger } from './index.ts';

function captured() {
  const lines: string[] = [];
  const log = createLogger({
    service: 'auth',
    workload: 'api',
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, last: (): unknown => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('createLogger', () => {
  it('says who speaks, when, and how loud, by name', () => {
    const { log, last } = captured();
    log.warn({ attempt: 2 }, 'lost');
    expect(last()).toMatchObject({ level: 'warn', service: 'auth', workload: 'api', attempt: 2, msg: 'lost' });
  });

  it('masks fields that would carry personal data', () => {
    const { log, last } = captured();
    log.info({ email: 'a@b.kr', body: { password: 'correct horse', seats: 2 } }, 'x');
    expect(last()).toMatchObject({ email: '[masked]', body: { password: '[masked]', seats: 2 } });
  });

  it('keeps the error and its cause', () => {
    const { log, last } = captured();
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(JSON.stringify(last())).toMatch(/outer.*inner/);
  });
});
