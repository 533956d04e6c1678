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
  }
}
