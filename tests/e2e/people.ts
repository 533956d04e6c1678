import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Mailbox } from './mailbox.ts';
import type { Platform } from './platform.ts';
import { Visitor } from './visitor.ts';

export const password = 'seven quiet winters';
const ticketBody = z.object({ ticket: z.string() });
const memberBody = z.object({ id: z.uuid() });

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly visitor: Visitor;
  readonly mailbox: Mailbox;
}

export const newAddress = () => `e2e-${randomUUID()}@example.com`;
export const details = { name: '김지우', birthDate: '1994-03-21', phone: '010-1234-5678' };

/** Signs somebody up as a person would, code from the mail included, and in. */
export async function signUp({ gateway, mail }: Platform): Promise<Person> {
  const email = newAddress();
  const visitor = new Visitor(gateway);
  const mailbox = new Mailbox(mail, email);
  expectStatus(await visitor.send('POST', '/api/members/verifications', { body: { email } }), 202);
  const code = await mailbox.takeCode();
  const confirmed = await visitor.send('POST', '/api/members/verifications/confirm', { body: { email, code } });
  const { ticket } = ticketBody.parse(expectStatus(confirmed, 200).body);
  const created = await visitor.send('POST', '/api/members', { body: { ticket, password, ...details } });
  const { id } = memberBody.parse(expectStatus(created, 201).body);
  expectStatus(await visitor.login(email, password), 200);
  return { id, email, visitor, mailbox };
}

/** @throws Error that shows the answer when its status is another */
export function expectStatus<A extends { readonly status: number; readonly body: unknown }>(
  answer: A,
  status: number,
): A {
  if (answer.status !== status)
    throw new Error(`${answer.status} where ${status} was due: ${JSON.stringify(answer.body)}`);
  return answer;
}
