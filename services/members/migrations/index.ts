import type { Migrations } from '@ticketaka/platform/mariadb';
import { members } from './0001-members.ts';

export const migrations: Migrations = { '0001-members': members };
