import { emailRealtime } from '@ticketaka/mail/api';
import { api as members, memberWithdrawn } from '@ticketaka/members/api';
import { changeFeed, api as performances, sessionCancelled } from '@ticketaka/performances/api';
import { defineService } from '@ticketaka/platform/contract';
import { api } from './api.ts';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationRefunded,
  seatsReleased,
  ticketCheckedIn,
  ticketIssued,
} from './messages.ts';

export const service = defineService({
  name: 'reservation',
  summary: 'Seats and money: holds, reservations, payments, tickets',
  api,
  workloads: {
    api: { kind: 'http', scale: { min: 2, max: 40 } },
    worker: { kind: 'worker', scale: { min: 2, max: 6 } },
  },
  owns: { mariadb: true, redis: true },
  calls: [performances.routes.getSession, performances.routes.checkPresaleCode, members.routes.getPerson],
  publishes: [
    reservationConfirmed,
    reservationCancelled,
    reservationRefunded,
    ticketIssued,
    ticketCheckedIn,
    seatsReleased,
    emailRealtime,
  ],
  consumes: [{ message: memberWithdrawn }, { message: sessionCancelled }],
  follows: [{ message: changeFeed, stream: 'reservation.performances', retentionHours: 24 }],
  egress: [{ name: 'toss', protocol: 'TLS' }],
});
