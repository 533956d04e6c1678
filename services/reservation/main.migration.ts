import { runMigrations } from '@ticketaka/platform/runtime';
import { migrations } from './migrations/index.ts';
import { service } from './service.ts';

await runMigrations(service, migrations);
