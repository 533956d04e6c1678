import { describe, expect, it } from '@jest/globals';
import { parseCommand, UsageError } from './command-line.ts';

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean));

describe('the command line', () => {
  it.each([
    ['start', { name: 'start', port: 8080, mailPort: 8025, verbose: false, docker: false }],
    [
      'start --port 0 --mail-port=9 --only auth,members --verbose --docker --home x',
      { name: 'start', port: 0, mailPort: 9, verbose: true, docker: true, only: ['auth', 'members'], home: 'x' },
    ],
    ['reset --home x', { name: 'reset', home: 'x' }],
    ['keys rotate', { name: 'keys', action: 'rotate' }],
    ['keys status --home x', { name: 'keys', action: 'status', home: 'x' }],
    ['admin grant kim@example.com admin', { name: 'admin', action: 'grant', email: 'kim@example.com', role: 'admin' }],
    ['admin list', { name: 'admin', action: 'list' }],
    ['--help', { name: 'help' }],
    ['start --nonsense --help', { name: 'help' }],
  ])('understands %s', (line, command) => {
    expect(parse(line)).toEqual(command);
  });

  it.each([
    ['', 'say what to do'],
    ['fly', 'there is no command fly'],
    ['start --fast', "Unknown option '--fast'"],
    ['start now', 'what is now?'],
    ['start --port eighty', '--port: a port'],
    ['start --port 65536', '--port: a port'],
    ['start --only auth,', '--only: names of services'],
    ['reset everything', 'what is everything?'],
    ['keys', 'say status, rotate or prune'],
    ['keys turn', 'there is no turn'],
    ['admin grant kim@example.com', 'give an address and a role'],
    ['admin', 'say grant'],
  ])('refuses "%s"', (line, why) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(why);
  });
});
