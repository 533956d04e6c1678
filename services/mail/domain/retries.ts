/** How urgent an e-mail is, after the queue it came by. */
export const emailClasses = ['auth', 'realtime'] as const;
export type EmailClass = (typeof emailClasses)[number];

interface Plan {
  /** Seconds from each failed attempt to the next; after the last there is none. */
  readonly waits: readonly number[];
  /**
   * Seconds for one attempt. A server may think for long after the last line, and an attempt that is cut short may have
   * been a success; but when a worker dies, the e-mail waits for as long.
   */
  readonly attemptSeconds: number;
}

export const plans: Readonly<Record<EmailClass, Plan>> = {
  // A person waits for a code, and the code is good for minutes: seven more tries in five minutes.
  auth: { waits: [2, 5, 10, 20, 40, 80, 120], attemptSeconds: 30 },
  // News keeps for a day: fourteen more tries in about 24 hours.
  realtime: {
    waits: [5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 21_600, 36_000],
    attemptSeconds: 90,
  },
};

/**
 * Seconds to wait before the next attempt, or undefined when there is to be none.
 * @param failed attempts so far, this one included, so at least 1
 * @param random from 0 to 1; the wait varies by a tenth to either side, so that e-mails that failed together do not
 *   come back together
 */
export function secondsToNextAttempt(emailClass: EmailClass, failed: number, random: number): number | undefined {
  const wait = plans[emailClass].waits[failed - 1];
  return wait === undefined ? undefined : wait * (0.9 + random / 5);
}
