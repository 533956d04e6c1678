import { code, note, paragraph } from './content.ts';
import { englishReservations } from './english-reservations.ts';
import type { Words } from './words.ts';

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Seoul' });

export const english: Words = {
  'verification-code': (given) => ({
    subject: given.purpose === 'sign-up' ? 'Your Ticketaka sign-up code' : 'Your Ticketaka password reset code',
    heading: given.purpose === 'sign-up' ? 'Confirm your e-mail address' : 'Set a new password',
    blocks: [
      paragraph('Type these six digits where you were asked for them.'),
      code(given.code),
      paragraph(`The code is valid for ${minutes(given.expiresInMinutes)}.`),
      note('If you did not ask for it, you can ignore this e-mail. Never give the code to anybody.'),
    ],
  }),
  'account-exists': () => ({
    subject: 'You already have a Ticketaka account',
    heading: 'This address already has an account',
    blocks: [
      paragraph('Somebody asked to sign up with this e-mail address, and there is an account for it already.'),
      paragraph('Please sign in. If you have forgotten your password, you can set a new one on the sign-in page.'),
      note('If that was not you, you can ignore this e-mail. Nothing about your account has changed.'),
    ],
  }),
  welcome: (given) => ({
    subject: 'Welcome to Ticketaka',
    heading: `Welcome, ${given.memberName}`,
    blocks: [
      paragraph('Your account is ready.'),
      paragraph('Find a show, pick your seats, and we will see you there.'),
    ],
  }),
  'password-changed': (given) => ({
    subject: 'Your Ticketaka password was changed',
    heading: 'Your password was changed',
    blocks: [
      paragraph(`The password of your account was changed on ${dateTime.format(new Date(given.changedAt))} (Seoul).`),
      note('If that was not you, set a new password on the sign-in page right away.'),
    ],
  }),
  'withdrawal-confirmed': (given) => ({
    subject: 'Your Ticketaka account is closed',
    heading: `Goodbye, ${given.memberName}`,
    blocks: [
      paragraph('Your account is closed and your personal data is erased.'),
      paragraph('Records of purchases that the law makes us keep are stored apart, and erased when their time is up.'),
    ],
  }),
  ...englishReservations,
  attached: (file) => `Attached: ${file}`,
  footer: 'This address only sends. Nobody reads replies to it.',
};

function minutes(count: number) {
  return count === 1 ? 'one minute' : `${count} minutes`;
}
