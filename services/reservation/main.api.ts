import { runWorkload } from '@ticketaka/platform/runtime';
import { config } from './config.ts';
import { service } from './service.ts';
import { wireApi } from './wire.api.ts';

await runWorkload({ service, workload: 'api', config, wire: (runtime) => wireApi(runtime) });
