import { dictionary } from '@zxcvbn-ts/language-common';

/** Counted from leaked passwords, most common first, all in lower case. Shorter ones are refused by their length. */
const common = new Set(dictionary['passwords-common'].filter((password) => password.length >= 10));

/** Whether a password, in lower case, is one of the most common. */
export function isCommonPassword(password: string): boolean {
  return common.has(password);
}
