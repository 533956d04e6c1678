import { defineApi } from '@ticketaka/platform/contract';
import { errors } from './errors.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { collectorRoutes } from './routes/collector.ts';
import { houseRoutes } from './routes/houses.ts';
import { performanceRoutes } from './routes/performances.ts';
import { sessionRoutes } from './routes/sessions.ts';

export { type CancellationPolicy, cancellationPolicies, type FeeWindow } from './schemas/cancellation-policies.ts';
export { SellableSession } from './schemas/catalogue.ts';
export { type Genre, genres, type Region, regions } from './schemas/common.ts';
export { changeFeed, sessionCancelled } from './schemas/feed.ts';
export { decodeRuns } from './schemas/run-length.ts';
export { SeatMapDocument } from './schemas/seat-map.ts';

export const api = defineApi({
  service: 'performances',
  base: '/api/performances',
  title: 'Performances',
  errors,
  routes: {
    ...catalogueRoutes,
    ...houseRoutes,
    ...performanceRoutes,
    ...sessionRoutes,
    ...collectorRoutes,
  },
});
