import type { Migrations } from '@ticketaka/platform/mariadb';
import { email } from './0001-email.ts';
import { largerRequests } from './0002-larger-requests.ts';

export const migrations: Migrations = { '0001-email': email, '0002-larger-requests': largerRequests };
