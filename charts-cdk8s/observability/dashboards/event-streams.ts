import { eventStreamOf } from '@ticketaka/platform/contract';
import type { WorkloadNode } from '../../topology/topology.ts';
import { labelsOf } from '../objectives.ts';
import { matching } from '../promql.ts';
import type { RowSpec } from './panels.ts';

const rate = '$__rate_interval';

/** A row for a workload that answers with event streams. */
export function eventStreams(workload: WorkloadNode): readonly RowSpec[] {
  if (!workload.routes.some(eventStreamOf)) return [];
  const labels = matching(labelsOf(workload));
  return [
    {
      title: `${workload.name}: event streams`,
      panels: [
        {
          title: 'Open',
          description: 'Clients that read a stream now. A replica has room for 5000, and answers 503 to more.',
          unit: 'short',
          queries: [
            { expr: `sum by (pod, route) (ticketaka_http_event_streams_open${labels})`, legend: '{{pod}} {{route}}' },
          ],
        },
        {
          title: 'Ended, by why',
          description:
            'gone: the client left; slow: it was dropped, since it did not keep up; stopping: with the replica. They come back by themselves.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (end) (rate(ticketaka_http_event_streams_ended_total${labels}[${rate}]))`,
              legend: '{{end}}',
            },
          ],
        },
      ],
    },
  ];
}
