import type { Service } from '@ticketaka/platform/contract';
import { grown, matching } from '../promql.ts';
import { alert, type RuleGroup } from './rule.ts';

/** For the catalogue, whose replicas hold everything in memory, and for what collects performances from elsewhere. */
export function catalogueGroup(service: Service): RuleGroup {
  const labels = { service: service.name };
  const of = (metric: string) => `ticketaka_${metric}${matching(labels)}`;
  const common = { labels, dashboard: service.name };
  return {
    name: `${service.name}.catalogue`,
    rules: [
      alert({
        ...common,
        name: 'CatalogueBehind',
        severity: 'warning',
        expr: `max by (service, pod) (${of('catalogue_behind_seconds')}) > 120`,
        for: '5m',
        summary: 'The catalogue of {{ $labels.pod }} may be {{ $value | humanizeDuration }} behind',
        description: 'It goes on answering, and says so in a header, but what was changed since may not be shown.',
      }),
      alert({
        ...common,
        name: 'CatalogueEmpty',
        severity: 'critical',
        expr: `min by (service) (${of('catalogue_performances')}) == 0`,
        for: '5m',
        summary: 'A replica of the catalogue holds no performance',
        description: 'It takes no requests before it was filled once; afterwards it shows an empty site.',
      }),
      alert({
        ...common,
        name: 'CatalogueDiffers',
        severity: 'warning',
        expr: `sum by (service) (increase(${of('catalogue_differences_total')}[1h])) > 20`,
        for: '5m',
        summary: 'Comparisons found {{ $value | humanize }} changes that the feed had not brought',
        description:
          'What is shown is right again, half a minute late. The feed loses messages, or is slower than that.',
      }),
      alert({
        ...common,
        name: 'CollectorRunFailed',
        severity: 'warning',
        expr: `${grown(`ticketaka_collector_runs_total${matching({ ...labels, state: '~failed|abandoned' })}`, 'service, state', '1h')} > 0`,
        for: '0m',
        summary: 'A run of the collector has {{ $labels.state }}',
        description: 'What it had read is kept. The next run goes on; until then new performances are missing.',
      }),
    ],
  };
}
