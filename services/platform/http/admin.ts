import express, { type Express } from 'express';
import type { Health } from '../lifecycle/index.ts';
import type { Metrics } from '../metrics/index.ts';

/**
 * What the cluster asks a workload, on a port that the gateway has no route to: `/livez` (the event loop turns),
 * `/readyz` (its parts, 503 while it should get no work) and `/metrics` (Prometheus text).
 */
export function adminApp({ health, metrics }: { health: Health; metrics: Pick<Metrics, 'registry'> }): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/livez', (_request, response) => {
    response.json({ live: true });
  });
  app.get('/readyz', (_request, response) => {
    const report = health.report();
    response.status(report.ready ? 200 : 503).json(report);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return app;
}
