import { runWorkload } from '@ticketaka/platform/runtime';
import { config, wireCatalogue } from './catalogue/wire.ts';
import { service } from './service.ts';

await runWorkload({ service, workload: 'catalogue', config, wire: (runtime) => wireCatalogue(runtime) });
