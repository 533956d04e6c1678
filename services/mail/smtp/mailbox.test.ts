import { describe, expect, it } from '@jest/globals';
import { mailbox } from './mailbox.ts';

describe('mailbox', () => {
  it.each([
    ['Ticketaka <no-reply@ticketaka.example>', { name: 'Ticketaka', address: 'no-reply@ticketaka.example' }],
    ['"티켓타카" <a@b.kr>', { name: '티켓타카', address: 'a@b.kr' }],
    ['a@b.kr', { name: '', address: 'a@b.kr' }],
  ])('reads %s', (text, expected) => {
    expect(mailbox.parse(text)).toEqual(expected);
  });

  it.each(['', 'Ticketaka', 'a <b>', '<a@b.kr> <c@d.kr>'])('refuses "%s"', (text) => {
    expect(mailbox.safeParse(text).success).toBe(false);
  });
});
