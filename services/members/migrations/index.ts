import type { Migrations } from '@ticketaka/platform/mariadb';
import { members } from './0001-members.ts';
import { missedAccounts } from './0002-missed-accounts.ts';

export const migrations: Migrations = { '0001-members': members, '0002-missed-accounts': missedAccounts };
