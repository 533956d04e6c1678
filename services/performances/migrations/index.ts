import type { Migrations } from '@ticketaka/platform/mariadb';
import { bookings } from '../bookings/index.ts';
import { posterFiles } from '../posters/migration.ts';
import { performances } from './0001-performances.ts';
import { collector } from './0002-collector.ts';

/** Every workload of the service stands on this one schema. */
export const migrations: Migrations = {
  '0001-performances': performances,
  '0002-collector': collector,
  '0003-poster-files': posterFiles,
  '0004-bookings': bookings,
};
