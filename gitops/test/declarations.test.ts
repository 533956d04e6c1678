/** @needs git */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '../layout/render-environment.ts';
import { digestOf, manifestRepository } from './manifest-repository.ts';
import { type ScratchCopy, scratchCopy } from './scratch-copy.ts';

/** A small service: one workload, a route for all and one for members, a schema of its own. */
const apiOf = (routes: string) => `import { access, defineApi } from '@ticketaka/platform/contract';
import { z } from 'zod';

export const api = defineApi({
  service: 'weather',
  base: '/api/weather',
  title: 'Weather',
  routes: {
    readToday: {
      method: 'GET',
      path: '/today',
      access: access.public(),
      summary: 'The weather of today',
      responses: { 200: z.object({ sky: z.string() }) },
    },
    readWeek: {
      method: 'GET',
      path: '/week',
      access: access.member(),
      summary: 'The weather of this week',
      responses: { 200: z.object({ sky: z.string() }) },
    },
${routes}  },
});
`;

const readTomorrow = `    readTomorrow: {
      method: 'GET',
      path: '/tomorrow',
      access: access.member(),
      summary: 'The weather of tomorrow, for those who are signed in',
      responses: { 200: z.object({ sky: z.string() }) },
    },
`;

const service = `import { defineService } from '@ticketaka/platform/contract';
import { api } from './api.ts';

export const service = defineService({
  name: 'weather',
  summary: 'Whether to take an umbrella to the show',
  api,
  workloads: { api: { kind: 'http', scale: { min: 2, max: 4 } } },
  owns: { mariadb: true },
});
`;

const packageJson = JSON.stringify({
  name: '@ticketaka/weather',
  type: 'module',
  exports: { './api': './api.ts', './service': './service.ts' },
});

let copy: ScratchCopy;

beforeAll(async () => {
  copy = await scratchCopy();
  await copy.write('services/weather/package.json', packageJson);
  await copy.write('services/weather/api.ts', apiOf(''));
  await copy.write('services/weather/service.ts', service);
  await copy.write('services/weather/migrations/index.ts', 'export const migrations = {};\n');
  await copy.link('weather');
  await copy.replace(
    'charts-cdk8s/services.ts',
    'export const services: readonly Service[] = [',
    "import { service as weather } from '@ticketaka/weather/service';\n\nexport const services: readonly Service[] = [weather, ",
  );
}, 180_000);

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
});

/** `+ Rollout ticketaka/weather-api`: what a difference says of each object. */
const objectsIn = (out: string) => out.split('\n').filter((line) => /^[+~-] /.test(line));

describe('a new folder of a service', () => {
  it('brings every resource that the service needs, and nothing else', async () => {
    const { code, out } = await copy.gitops(['diff', '--env', 'prod']);
    expect(code).toBe(1);
    const changes = objectsIn(out);
    expect(changes.filter((line) => line.startsWith('- '))).toEqual([]);
    // What is added is the service's own, whatever kind it is.
    for (const line of changes.filter((each) => each.startsWith('+ '))) expect(line).toMatch(/ [\w-]+\/[\w-]*weather/);
    // What is changed is everybody's: the gateway's network policy, the dashboards that show all services.
    const others = new RegExp(`/(${serviceNames.join('|')})(-|$)`);
    for (const line of changes.filter((each) => each.startsWith('~ '))) expect(line).not.toMatch(others);
    expect(changes).toEqual(
      expect.arrayContaining(
        [
          'ServiceAccount ticketaka/weather-api',
          'ExternalSecret ticketaka/weather-api',
          'NetworkPolicy ticketaka/weather-api',
          'AuthorizationPolicy ticketaka/weather-api',
          'Sidecar ticketaka/weather-api',
          'DestinationRule ticketaka/weather-api',
          'Service ticketaka/weather-api',
          'VirtualService ticketaka/weather-api',
          'VirtualService ticketaka/weather-edge',
          'AnalysisTemplate ticketaka/weather-api-verdict',
          'Job ticketaka/weather-migration',
          'Rollout ticketaka/weather-api',
          'PodDisruptionBudget ticketaka/weather-api',
          'HorizontalPodAutoscaler ticketaka/weather-api',
        ].map((label) => `+ ${label}`),
      ),
    );
  }, 180_000);
});

describe('a new route', () => {
  it('changes its routes and policies, and nothing else', async () => {
    await copy.commit('Add the weather');
    await copy.write('services/weather/api.ts', apiOf(readTomorrow));
    const { code, out } = await copy.gitops(['diff', '--env', 'prod']);
    expect(code).toBe(1);
    expect(objectsIn(out)).toEqual([
      '~ AuthorizationPolicy istio-ingress/weather-edge',
      '~ AuthorizationPolicy ticketaka/weather-api',
      '~ VirtualService ticketaka/weather-edge',
    ]);
    const fields = out.split('\n').filter((line) => /^ {4}[+~-] \S/.test(line));
    for (const line of fields) expect(line).toMatch(/^ {4}\+ /);
    expect(out).toContain('/api/weather/tomorrow');
  }, 180_000);
});

describe('what is rendered into the manifest repository', () => {
  it('comes from a commit, which its own commit names, and the second time there is nothing to do', async () => {
    await using repository = await manifestRepository([]);
    await copy.write('services/weather/api.ts', apiOf(readTomorrow));
    const rendered = () => copy.gitops(['render', '--env', 'dev', '--env', 'prod', '--repository', repository.url]);
    await copy.commit('Foresee tomorrow');
    expect(await rendered()).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^rendered dev, prod from [0-9a-f]{40}\n$/),
    });
    expect((await repository.subjects()).slice(0, 2)).toEqual(['Render prod', 'Render dev']);
    expect(await repository.git('show', 'main:environments/prod/weather/manifests/70-rollout.yaml')).toContain(
      'weather-api',
    );
    expect(await repository.git('show', 'main:argocd/prod/weather.yaml')).toContain(`repoURL: ${repository.url}\n`);
    expect(await rendered()).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    expect(await copy.gitops(['diff', '--env', 'prod', '--repository', repository.url])).toMatchObject({ code: 0 });
    const named = { GITOPS_REPOSITORY: repository.url };
    expect(await copy.gitops(['render', '--env', 'dev'], named)).toMatchObject({
      out: expect.stringContaining('nothing to do'),
    });
    await copy.write('services/weather/api.ts', apiOf(''));
    expect(await rendered()).toMatchObject({ code: 6, said: expect.stringContaining('services/weather/api.ts') });
    expect(await repository.subjects()).toHaveLength(3);
  }, 180_000);

  it('is not taken back by a pipeline that began earlier and ends later, or is run again, nor are its images', async () => {
    await using repository = await manifestRepository(['auth']);
    const to = ['--repository', repository.url, '--forward-only'];
    const bumped = (commit: string, digit: string, options = to) => {
      const image = `ghcr.io/ticketaka/auth@${digestOf(digit)}`;
      return copy.gitops(['bump', 'auth', '--image', image, '--tag', commit, ...options]);
    };
    const head = async () => (await copy.git('rev-parse', 'HEAD')).trim();
    await copy.git('checkout', '--quiet', '.');
    const earlier = await head();
    await copy.write('services/weather/api.ts', apiOf(''));
    await copy.commit('Forget tomorrow');
    const later = await head();
    expect(await bumped(earlier, 'a')).toMatchObject({ code: 0 });
    expect(await bumped(later, 'b')).toMatchObject({ code: 0 });
    expect(await copy.gitops(['render', '--env', 'dev', ...to])).toMatchObject({ code: 0 });
    const before = await repository.subjects();

    await copy.git('checkout', '--quiet', '--detach', earlier);
    const late = `is of ${later} already, which comes after ${earlier}`;
    expect(await bumped(earlier, 'a')).toMatchObject({ code: 5, said: expect.stringContaining(`auth in dev ${late}`) });
    expect(await copy.gitops(['render', '--env', 'dev', ...to])).toMatchObject({
      code: 5,
      said: expect.stringContaining(`dev ${late}`),
    });
    expect(await repository.subjects()).toEqual(before);
    // A person who wants just that can have it.
    expect(await bumped(earlier, 'a', to.slice(0, 2))).toMatchObject({ code: 0 });
    await copy.git('checkout', '--quiet', 'main');
  }, 180_000);
});
