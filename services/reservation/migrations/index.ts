import type { Migrations } from '@ticketaka/platform/mariadb';
import { reservation } from './0001-reservation.ts';

export const migrations: Migrations = { '0001-reservation': reservation };
