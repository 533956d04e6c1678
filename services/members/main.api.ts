import { runWorkload } from '@ticketaka/platform/runtime';
import { service } from './service.ts';
import { wireApi } from './wire.ts';

await runWorkload({ service, workload: 'api', wire: (runtime) => wireApi(runtime) });
