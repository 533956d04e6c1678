/** What people at the gateway lived through, and what was found behind it afterwards. Times are epoch milliseconds. */

/** Ask for a code, confirm it, become a member, log in, read one's own data. */
export type Step = 'ask' | 'confirm' | 'join' | 'login' | 'read';

export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly code: string | undefined }
  /** No answer, or half of one. */
  | { readonly kind: 'broken'; readonly why: string };

export interface Answer {
  readonly email: string;
  readonly step: Step;
  readonly from: number;
  readonly until: number;
  readonly outcome: Outcome;
}

export interface Person {
  readonly email: string;
  /** `left`: was impatient, and went away at the first thing that did not work. */
  readonly end: 'member' | 'left' | 'gave up';
  readonly memberId?: string;
  /** What they were shown as their own data at the end. */
  readonly shown?: { readonly id: string; readonly email: string };
  readonly startedAt: number;
}

/** A mail that arrived. */
export interface Letter {
  readonly messageId: string;
  readonly to: string;
  readonly code: string | undefined;
}

export interface History {
  readonly people: readonly Person[];
  readonly answers: readonly Answer[];
  readonly letters: readonly Letter[];
}

/** From the kill until everything has had the time to notice that all is well again. */
export interface Outage {
  readonly from: number;
  readonly until: number;
  /** When the killed one was the mailbox itself: what it held in memory is gone, through no fault of ours. */
  readonly lettersLost?: boolean;
}

/** What the databases and queues hold once everything has come to rest. */
export interface Records {
  readonly members: readonly { readonly id: string; readonly email: string; readonly state: string }[];
  readonly accounts: readonly { readonly id: string; readonly email: string }[];
  /** Ids of members to be whose sign-up has neither ended nor been undone. */
  readonly openSignUps: readonly string[];
  /** Messages that were not published. */
  readonly outbox: number;
  /** Messages in each queue, the dead-letter queues among them. */
  readonly queues: Readonly<Record<string, number>>;
  readonly emails: readonly {
    readonly messageId: string;
    readonly state: string;
    readonly endedAt: number | undefined;
  }[];
}
