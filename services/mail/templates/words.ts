import type { Email, Template } from '../api.ts';
import type { Content } from './content.ts';

export type Locale = Email['locale'];

/** One entry for each template, given what that template needs. */
type TemplateWords = {
  readonly [Name in Template['name']]: (given: Extract<Template, { name: Name }>) => Content;
};

/** What is said about bookings. */
export type ReservationWords = Pick<
  TemplateWords,
  | 'reservation-confirmed'
  | 'reservation-cancelled'
  | 'refund-done'
  | 'session-reminder'
  | 'session-rescheduled'
  | 'waitlist-offer'
  | 'session-cancelled'
>;

/** The words of one language. */
export type Words = TemplateWords & {
  /** Says which attachment shows the QR code above. */
  readonly attached: (file: string) => string;
  /** Below every e-mail. */
  readonly footer: string;
};
