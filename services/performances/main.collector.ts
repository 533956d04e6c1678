import { createOutbox } from '@ticketaka/platform/outbox';
import { runWorkload } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { createBookingCounts } from './bookings/index.ts';
import { createHolidays } from './collector/source/holidays.ts';
import { createKopis } from './collector/source/kopis.ts';
import { createCollector } from './collector/worker.ts';
import { migrations } from './migrations/index.ts';
import { service } from './service.ts';
import type { Schema } from './store/schema.ts';

const http = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/u, ''));

await runWorkload({
  service,
  workload: 'collector',
  config: z.object({
    /** `http://www.kopis.or.kr/openApi/restful` */
    KOPIS_URL: http,
    KOPIS_KEY: z.string().min(1),
    KOPIS_REQUESTS_PER_SECOND: z.coerce.number().positive().max(1000).default(10),
    /** `http://apis.data.go.kr/B090041/openapi/service/SpcdeInfoService` */
    HOLIDAYS_URL: http,
    /** The one that data.go.kr calls decoded. */
    HOLIDAYS_KEY: z.string().min(1),
  }),
  async wire(runtime) {
    const { log, metrics, config } = runtime;
    const db = await runtime.database<Schema>(migrations);
    const broker = await runtime.broker();
    const outbox = createOutbox({ service: service.name, db, broker, log, metrics });
    const kopis = createKopis({
      url: config.KOPIS_URL,
      key: config.KOPIS_KEY,
      requestsPerSecond: config.KOPIS_REQUESTS_PER_SECOND,
      log,
    });
    const holidays = createHolidays({ url: config.HOLIDAYS_URL, key: config.HOLIDAYS_KEY, log });
    const parts = { db, outbox, kopis, holidays, log, metrics, now: () => new Date() };
    return { components: [outbox, ...createCollector(parts), ...createBookingCounts({ broker, db, log })] };
  },
});
