import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './outcome.ts';

const failure = (fields: object) => Object.assign(new Error('as nodemailer makes them'), fields);
const reply = (command: string, response: string) =>
  outcomeOf(failure({ command, response, responseCode: Number(response.slice(0, 3)) }));

describe('outcomeOf', () => {
  it('takes a 5xx at the recipient or the data as the end, without repeating the address', () => {
    expect(reply('RCPT TO', '550 5.1.1 <kim@example.com> no such user')).toEqual({
      kind: 'refused',
      reason: 'SMTP 550 5.1.1',
    });
    expect(reply('DATA', '554 spam')).toEqual({ kind: 'refused', reason: 'SMTP 554' });
  });

  it('tries again after a 4xx', () => {
    expect(reply('RCPT TO', '451 4.7.1 greylisted')).toEqual({
      kind: 'deferred',
      reason: 'SMTP 451 4.7.1',
      server: 'answered',
    });
  });

  it.each([
    ['CONN', '554 no service'],
    ['AUTH PLAIN', '535 5.7.8 bad credentials'],
    ['MAIL FROM', '550 5.7.1 sender refused'],
  ])('blames no e-mail for a 5xx at %s', (command, response) => {
    expect(reply(command, response)).toMatchObject({ kind: 'deferred', server: 'answered' });
  });

  it.each([
    ['could not be reached', { code: 'ESOCKET', command: 'CONN' }, 'away'],
    ['did not greet', { code: 'ETIMEDOUT', command: 'CONN', timeoutType: 'GREETING_TIMEOUT' }, 'away'],
    ['fell silent', { code: 'ETIMEDOUT', command: 'CONN', timeoutType: 'SOCKET_TIMEOUT' }, 'silent'],
    ['took too long in all', { code: 'EABORT', name: 'AbortError' }, 'silent'],
  ])('tries again when the server %s', (_, fields, server) => {
    expect(outcomeOf(failure(fields))).toEqual({ kind: 'deferred', reason: fields.code, server });
  });

  it('gives up an e-mail that cannot be written', () => {
    expect(outcomeOf(failure({ code: 'EENVELOPE' }))).toEqual({ kind: 'refused', reason: 'EENVELOPE' });
  });
});
