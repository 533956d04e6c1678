import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import { services } from '../../services.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureService } from '../../test/fixtures.ts';
import { synth } from '../../test/synth.ts';
import { MigrationJob } from './migration-job.ts';

function jobOf(service = fixtureService('orders')) {
  const objects = synth((scope) => new MigrationJob(scope, 'job', { service, environment: fixtureCluster }));
  return ofKind(objects, 'Job')[0];
}

describe('the migration of a service', () => {
  const job = jobOf();
  const pod = job?.spec?.template.spec;

  it('is replaced by each release, since a Job cannot change', () => {
    expect(job?.metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe('Force=true,Replace=true');
  });

  it('is not removed when it is done, or it would be found missing and run again', () => {
    expect(job?.spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  it('ends, whatever happens', () => {
    expect(job?.spec).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 1800 });
    expect(pod?.restartPolicy).toBe('Never');
  });

  it('is given the database and nothing else', () => {
    const secret = (pod?.containers[0]?.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
    expect(secret).toEqual([{ name: 'orders-api', key: 'MARIADB_URL' }]);
  });

  it('takes no requests: its pods are no part of a Service', () => {
    expect(job?.spec?.template.metadata?.labels).toMatchObject({ app: 'orders-migration' });
  });

  it('is none for a service without a database', () => {
    expect(jobOf(fixtureService('post'))).toBeUndefined();
  });

  it.each(services.map((service) => [service.name, service] as const))(
    'of %s runs a file that is there',
    (_, service) => {
      const files = [
        ...Object.keys(service.workloads).map((workload) => `main.${workload}.ts`),
        ...(service.owns.mariadb ? ['main.migration.ts'] : []),
      ];
      const folder = join(import.meta.dirname, '..', '..', '..', 'services', service.name);
      expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    },
  );
});
