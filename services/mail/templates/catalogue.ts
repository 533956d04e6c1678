import type { Template } from '../api.ts';
import type { Content } from './content.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';
import type { Locale, Words } from './words.ts';

export const catalogue: Readonly<Record<Locale, Words>> = { ko: korean, en: english };

export function contentOf(template: Template, words: Words): Content {
  switch (template.name) {
    case 'verification-code':
      return words['verification-code'](template);
    case 'account-exists':
      return words['account-exists'](template);
    case 'welcome':
      return words.welcome(template);
    case 'password-changed':
      return words['password-changed'](template);
    case 'withdrawal-confirmed':
      return words['withdrawal-confirmed'](template);
    case 'reservation-confirmed':
      return words['reservation-confirmed'](template);
    case 'reservation-cancelled':
      return words['reservation-cancelled'](template);
    case 'refund-done':
      return words['refund-done'](template);
    case 'session-reminder':
      return words['session-reminder'](template);
    case 'session-rescheduled':
      return words['session-rescheduled'](template);
    case 'waitlist-offer':
      return words['waitlist-offer'](template);
    case 'session-cancelled':
      return words['session-cancelled'](template);
  }
}
