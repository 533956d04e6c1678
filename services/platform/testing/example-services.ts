import { z } from 'zod';
import { defineMessage, defineService } from '../contract/index.ts';

const data = z.object({ memberId: z.string() });
const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const message = (service: string, type: string) => defineMessage({ service, type, summary: type, data });

/** An event: published by its owner. */
export const withdrawn = message('members', 'member.withdrawn');
/** A command: consumed by its owner. */
export const sendMail = message('mail', 'email.auth');

/** Three services as small as can be, for tests of what is derived from declarations. */
export const members = defineService({
  name: 'members',
  summary: 'People',
  workloads,
  owns: { mariadb: true, redis: true },
  publishes: [withdrawn, sendMail],
});

export const auth = defineService({
  name: 'auth',
  summary: 'Credentials',
  workloads,
  owns: { mariadb: true, redis: true },
  consumes: [{ message: withdrawn }],
});

export const mail = defineService({
  name: 'mail',
  summary: 'Mail',
  workloads,
  owns: { mariadb: true },
  consumes: [{ message: sendMail, queue: 'email.auth', deliveryLimit: 2 }],
});

export const exampleServices = [members, auth, mail] as const;
