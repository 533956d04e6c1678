import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, property, string } from 'fast-check';
import type { Template } from '../api.ts';
import { bookings } from '../test/bookings.ts';
import { render } from './render.ts';
import type { Locale } from './words.ts';

const examples: { readonly [Name in Template['name']]: Extract<Template, { name: Name }> } = {
  'verification-code': { name: 'verification-code', purpose: 'sign-up', code: '042917', expiresInMinutes: 5 },
  'account-exists': { name: 'account-exists' },
  welcome: { name: 'welcome', memberName: '김지우' },
  'password-changed': { name: 'password-changed', changedAt: '2026-11-20T15:30:00Z' },
  'withdrawal-confirmed': { name: 'withdrawal-confirmed', memberName: 'Kim' },
  ...bookings,
};
const locales: readonly Locale[] = ['ko', 'en'];
const all = Object.values(examples).flatMap((template) => locales.map((locale) => ({ template, locale })));

describe('render', () => {
  it.each(all)('writes $template.name in $locale, the same in text and HTML', ({ template, locale }) => {
    const { subject, text, html } = render(template, locale);
    // Names stay as they are.
    const named = template === examples.welcome || template.name in bookings;
    expect(/[가-힣]/.test(subject + text)).toBe(locale === 'ko' || named);
    expect(html).toContain(`<html lang="${locale}">`);
    const visible = html
      .replace(/<head>.*<\/head>/s, '')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll('&nbsp;', ' ')
      .replaceAll(/\s+/g, ' ');
    for (const line of text.split('\n').filter((some) => some !== '' && some !== '-- '))
      expect(visible).toContain(line);
  });

  it('shows the code on a line of its own, and says how long it is good for', () => {
    const { text } = render(examples['verification-code'], 'ko');
    expect(text.split('\n')).toContain('042917');
    expect(text).toContain('5분');
  });

  it('says which of the two codes it is', () => {
    const { subject } = render({ ...examples['verification-code'], purpose: 'password-reset' }, 'en');
    expect(subject).toBe('Your Ticketaka password reset code');
  });

  it('tells times as they are in Seoul', () => {
    expect(render(examples['password-changed'], 'en').text).toContain('21 November 2026 at 00:30 (Seoul)');
    expect(render(examples['password-changed'], 'ko').text).toContain('2026년 11월 21일');
  });

  it('never lets a name become markup, a header or a line of its own', () => {
    assert(
      property(string({ unit: 'binary', minLength: 1, maxLength: 100 }), constantFrom(...locales), (name, locale) => {
        const template = { name: 'welcome', memberName: `<img src=x>${name}\r\nBcc: evil@example.com` } as const;
        const { subject, text, html } = render(template, locale);
        expect(subject).not.toMatch(/[\r\n]/);
        expect(text).not.toMatch(/\r|^Bcc:/m);
        expect(html).not.toContain('<img');
        expect(html.match(/<[a-z]/g)?.length).toBe(render(examples.welcome, locale).html.match(/<[a-z]/g)?.length);
      }),
    );
  });
});
