import { openBroker } from '@ticketaka/platform/broker';
import { runWorkload } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { service } from '../../service.ts';
import { config, wireCatalogue } from '../wire.ts';

/** A catalogue that has nothing but its feed once it is there; with LOSE_EVERY a feed that forgets. */
await runWorkload({
  service,
  workload: 'catalogue',
  config: config.extend({ LOSE_EVERY: z.coerce.number().int().optional() }),
  wire: (runtime) =>
    wireCatalogue(runtime, { compares: 'until complete', openBroker: losing(runtime.config.LOSE_EVERY) }),
});

function losing(every: number | undefined): typeof openBroker {
  return async (options) => {
    const broker = await openBroker(options);
    if (every === undefined) return broker;
    const follow: typeof broker.follow = (following, from, handler) =>
      broker.follow(following, from, async (event) => {
        if (event.offset % every !== 0) await handler(event);
      });
    return { ...broker, follow };
  };
}
