import { runWorkload } from '@ticketaka/platform/runtime';
import { service } from './service.ts';
import { config, wireApi } from './wire.ts';

await runWorkload({ service, workload: 'api', config, wire: (runtime) => wireApi(runtime) });
