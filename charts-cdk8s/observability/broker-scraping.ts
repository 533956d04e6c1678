import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import { namespace } from '../names.ts';

/** RabbitMQ's port with metrics. With a sidecar it must be excluded from capture, as the ports between nodes are. */
const port = 'prometheus';

/**
 * Scrapes the nodes of RabbitMQ: what a node says of itself, and of the queues one by one only what is cheap to ask.
 * `/metrics/per-object` would tell of every connection and channel, too.
 */
export class BrokerScraping extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const common = { port, interval: '15s', scrapeTimeout: '10s' };
    manifest(
      this,
      'monitor',
      new PodMonitor({
        metadata: { name: 'rabbitmq', namespace },
        spec: {
          namespaceSelector: { any: true },
          // The operator's label on the pods of every RabbitmqCluster.
          selector: { matchLabels: { 'app.kubernetes.io/component': 'rabbitmq' } },
          podMetricsEndpoints: [
            { ...common, path: '/metrics' },
            {
              ...common,
              path: '/metrics/detailed',
              params: { vhost: ['ticketaka'], family: ['queue_coarse_metrics', 'queue_consumer_count'] },
            },
          ],
        },
      }),
    );
  }
}
