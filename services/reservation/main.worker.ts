import { runWorkload } from '@ticketaka/platform/runtime';
import { config } from './config.ts';
import { service } from './service.ts';
import { wireWorker } from './wire.worker.ts';

await runWorkload({ service, workload: 'worker', config, wire: (runtime) => wireWorker(runtime) });
