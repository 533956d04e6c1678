import type { Email, Template } from '../api.ts';
import type { Content } from './content.ts';

export type Locale = Email['locale'];

/** The words of one language: one entry for each template, given what that template needs. */
export type Words = {
  readonly [Name in Template['name']]: (given: Extract<Template, { name: Name }>) => Content;
} & {
  /** Below every e-mail. */
  readonly footer: string;
};
