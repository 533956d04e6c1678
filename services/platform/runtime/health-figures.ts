import { Gauge } from 'prom-client';
import type { Health } from '../lifecycle/index.ts';
import type { Metrics } from '../metrics/index.ts';

/**
 * Shows what a process knows of the parts it stands on as a gauge, 1 while a part is up. Read when it is asked for, so it
 * says what `/readyz` says.
 */
export function showHealth(health: Pick<Health, 'report'>, { registry }: Pick<Metrics, 'registry'>): void {
  const gauge = new Gauge({
    name: 'ticketaka_health_part_up',
    help: 'Whether a part that the process stands on is there; a vital one takes it out of service',
    labelNames: ['part', 'vital'],
    registers: [],
    collect() {
      this.reset();
      for (const [part, { state, vital }] of Object.entries(health.report().parts))
        this.set({ part, vital: String(vital) }, state === 'up' ? 1 : 0);
    },
  });
  registry.registerMetric(gauge);
}
