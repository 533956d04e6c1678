import type { Migrations } from '@ticketaka/platform/mariadb';
import { accountsAndSessions } from './0001-accounts-and-sessions.ts';

export const migrations: Migrations = {
  '0001-accounts-and-sessions': accountsAndSessions,
};
