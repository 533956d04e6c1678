import { defineService } from '@ticketaka/platform/contract';
import { reservationCancelled, reservationConfirmed } from '@ticketaka/reservation/api';
import { api, changeFeed, sessionCancelled } from './api.ts';

const catalogue = [
  'search',
  'suggest',
  'listRankings',
  'getPerformance',
  'listSessions',
  'getSeatMap',
  'getPosterImage',
  'getSession',
] as const;
const write = Object.keys(api.routes).filter((name) => !catalogue.some((route) => route === name));

export const service = defineService({
  name: 'performances',
  summary: 'Venues, seat maps, performances and sessions; a catalogue that stays up',
  api,
  workloads: {
    api: { kind: 'http', scale: { min: 2, max: 10 }, serves: write },
    catalogue: { kind: 'http', scale: { min: 2, max: 20 }, serves: catalogue },
    collector: { kind: 'worker', scale: { min: 1, max: 1 } },
  },
  owns: { mariadb: true, redis: false },
  publishes: [changeFeed, sessionCancelled],
  consumes: [{ message: reservationConfirmed }, { message: reservationCancelled }],
  follows: [{ message: changeFeed, stream: 'performances.catalogue', retentionHours: 72 }],
  egress: [
    { name: 'kopis', protocol: 'HTTP' },
    { name: 'holidays', protocol: 'HTTP' },
  ],
});
