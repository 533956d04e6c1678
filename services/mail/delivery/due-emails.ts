import { createDueWork, type Outcome as DueOutcome, type DueWork } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import { afterCommit, type Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Selectable } from 'kysely';
import { Email } from '../api.ts';
import { type EmailClass, plans, secondsToNextAttempt } from '../domain/retries.ts';
import type { OutgoingEmail, Sender } from '../smtp/sender.ts';
import { type Ending, endEmail, markInFlight, putOff } from '../store/emails.ts';
import { type EmailTable, type MailSchema, tableOf } from '../store/schema.ts';
import { oneLine } from '../templates/one-line.ts';
import { render } from '../templates/render.ts';

export interface DueEmailsOptions {
  readonly db: Database<MailSchema>;
  readonly sender: Sender;
  /** Domain of the Message-ID: the sender's. */
  readonly domain: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** E-mails at once, of each class. */
  readonly concurrency: number;
}

/** The figures of all classes, which are registered once. */
function createFigures(metrics: Metrics) {
  return {
    ended: metrics.counter('emails_total', 'E-mails, by what became of them', ['class', 'state']),
    deferred: metrics.counter('email_deferrals_total', 'Attempts that are to be repeated', ['class']),
    seconds: metrics.histogram('email_seconds', 'From the request to the acceptance by the SMTP server', {
      labels: ['class'],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400],
    }),
  };
}

type EmailRow = Selectable<EmailTable>;

const Request = Email.pick({ to: true, template: true });

/**
 * Sends e-mails that are due. Each is marked as in flight before it is handed over, so one whose worker died is sent
 * again: of these two classes a second copy does less harm than none, and both copies have the same Message-ID.
 */
export function createDueEmails(options: DueEmailsOptions): Readonly<Record<EmailClass, DueWork>> {
  const figures = createFigures(options.metrics);
  return { auth: createDueClass('auth', options, figures), realtime: createDueClass('realtime', options, figures) };
}

function createDueClass(emailClass: EmailClass, options: DueEmailsOptions, figures: ReturnType<typeof createFigures>) {
  const { db, sender, domain, log, metrics, concurrency } = options;
  const { attemptSeconds } = plans[emailClass];
  const keyOf = ({ id }: EmailRow) => ({ class: emailClass, id });

  async function handle(row: EmailRow): Promise<DueOutcome<MailSchema>> {
    if (!(await markInFlight(db.kysely, keyOf(row)))) return end(row, { state: 'expired', reason: 'no longer valid' });
    const email = outgoing(row, domain);
    if (!email) return end(row, { state: 'failed', reason: 'its request cannot be read' });
    const outcome = await sender.send(email, attemptSeconds);
    switch (outcome.kind) {
      case 'accepted':
        figures.seconds.observe({ class: emailClass }, (Date.now() - row.created_at.getTime()) / 1_000);
        return end(row, { state: 'sent' });
      case 'refused':
        return end(row, { state: 'failed', reason: outcome.reason });
      case 'deferred': {
        const wait = secondsToNextAttempt(emailClass, row.attempts + 1, Math.random());
        if (wait === undefined) return end(row, { state: 'failed', reason: `given up after ${outcome.reason}` });
        figures.deferred.inc({ class: emailClass });
        return { retryInSeconds: wait, write: (trx) => putOff(trx, keyOf(row), outcome.reason) };
      }
    }
  }

  function end(row: EmailRow, ending: Ending): DueOutcome<MailSchema> {
    return {
      done: true,
      async write(trx) {
        if (await endEmail(trx, keyOf(row), ending)) afterCommit(trx, () => tell(row, ending));
      },
    };
  }

  function tell(row: EmailRow, { state, reason }: Ending) {
    figures.ended.inc({ class: emailClass, state });
    const fields = { id: row.id, class: emailClass, template: row.template, reason };
    if (state === 'failed') log.error(fields, 'e-mail failed');
    else log.info(fields, `e-mail ${state}`);
  }

  return createDueWork<MailSchema, EmailRow>({
    db,
    table: tableOf(emailClass),
    name: `e-mails ${emailClass}`,
    handle,
    concurrency,
    leaseSeconds: attemptSeconds + 10,
    log,
    metrics,
  });
}

function outgoing(row: EmailRow, domain: string): OutgoingEmail | undefined {
  const request = Request.safeParse(parseJson(row.request));
  if (!request.success) return undefined;
  const { to, template } = request.data;
  return {
    messageId: `${row.id}@${domain}`,
    to: { name: oneLine(to.name ?? ''), address: to.address },
    locale: row.locale,
    ...render(template, row.locale),
  };
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
