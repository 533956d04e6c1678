import { createServer, listen } from '@ticketaka/platform/http';
import { Health, runComponents } from '@ticketaka/platform/lifecycle';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { Runtime } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { config } from '../../../../services/reservation/config.ts';
import { service } from '../../../../services/reservation/service.ts';
import { PaymentDesk } from '../../../../services/reservation/test/payment-desk.ts';
import { Neighbours, type Show } from '../../../../services/reservation/test/shows.ts';
import { wireApi } from '../../../../services/reservation/wire.api.ts';
import { answerParent } from '../child-side.ts';
import { House, showIn } from './house.ts';
import { createNaiveClaims } from './naive-claims.ts';

export const SellerOptions = z.object({
  mariadb: z.string(),
  redis: z.string(),
  amqp: z.string(),
  jwks: z.string(),
  saleKey: z.string(),
  house: House,
  /** Whether each booking is a transaction of its own. */
  naive: z.boolean(),
});

/** Whatever session is asked for is one of this house. */
class OneHouse extends Neighbours {
  readonly #house: House;

  constructor(house: House) {
    super();
    this.#house = house;
  }

  override readonly getSession = async ({ params }: { readonly params: { readonly sessionId: string } }) => {
    const body: Show = this.shows.get(params.sessionId) ?? this.add(showIn(this.#house, params.sessionId));
    return { status: 200 as const, headers: new Headers(), body };
  };
}

/** The workload `api` of the service in a process of its own, so that its CPU time can be told. Payments it answers itself. */
async function sell({ naive, ...given }: z.output<typeof SellerOptions>) {
  const identity = { service: service.name, workload: 'api' };
  const log = createLogger(identity);
  const metrics = createMetrics(identity);
  const health = new Health();
  const runtime = new Runtime({
    ...identity,
    service,
    log,
    metrics,
    health,
    config: {
      ...config.parse({ SALE_KEYS: given.saleKey, TOSS_URL: 'http://127.0.0.1:9', TOSS_SECRET_KEY: 'none' }),
      ADMIN_PORT: 0,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      PUBLIC_URL: 'http://localhost:8080',
      DRAIN_MS: 0,
      RATE_LIMIT_SCALE: 1_000,
      CHECK_RESPONSES: 'log',
      MARIADB_URL: given.mariadb,
      REDIS_URL: given.redis,
      AMQP_URL: given.amqp,
      JWKS_FILE: given.jwks,
      JWT_ISSUER: 'ticketaka',
      JWT_AUDIENCE: 'ticketaka',
    },
  });
  const neighbours = new OneHouse(given.house);
  const { app, components = [] } = await wireApi(runtime, {
    sessions: neighbours,
    presales: neighbours,
    buyers: neighbours,
    payments: new PaymentDesk(),
    ...(naive && { claims: createNaiveClaims }),
  });
  if (!app) throw new Error('the api answers requests');
  await runComponents({ components: [...runtime.opened, ...components], log, health });
  return await listen(createServer(app), 0, '127.0.0.1');
}

answerParent(await sell(SellerOptions.parse(JSON.parse(process.argv[2] ?? ''))));
