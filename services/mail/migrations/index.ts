import type { Migrations } from '@ticketaka/platform/mariadb';
import { email } from './0001-email.ts';

export const migrations: Migrations = { '0001-email': email };
