import { service as auth } from '@ticketaka/auth/service';
import { service as mail } from '@ticketaka/mail/service';
import { service as members } from '@ticketaka/members/service';
import { service as performances } from '@ticketaka/performances/service';
import type { Service } from '@ticketaka/platform/contract';
import { service as reservation } from '@ticketaka/reservation/service';
import { service as web } from '@ticketaka/web/service';

/** Every service of the platform. What is not here is in no manifest and gets no rights anywhere. */
export const services: readonly Service[] = [auth, mail, members, performances, reservation, web];
