import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, defineApi, type Route } from '../contract/index.ts';
import { bySpecificity, pathPlan } from './paths.ts';

describe('pathPlan', () => {
  it('knows parameters by their position, so that two routes may name one segment differently', () => {
    expect(pathPlan('/a/{b}/c/{d*}')).toEqual({ expressPath: '/a/:p0/c/*p1', names: ['b', 'd'] });
    expect(pathPlan('/a/{x}/c/{y*}').expressPath).toBe(pathPlan('/a/{b}/c/{d*}').expressPath);
  });
});

describe('bySpecificity', () => {
  it('puts literals before parameters before the rest of a path, from the left', () => {
    const paths = ['/{rest*}', '/a/{x}', '/{x}/b', '/a/b', '/a/{rest*}', '/a/{x}/c'];
    const route = { method: 'GET', access: access.public(), summary: '', responses: { 200: z.string() } } as const;
    const api = defineApi({
      service: 'paths',
      base: '',
      title: 'Paths',
      routes: Object.fromEntries(paths.map((path, index) => [`r${index}`, { ...route, path }])),
    });
    const routes: Route[] = Object.entries(api.routes).flatMap(([name, one]) => (name.startsWith('r') ? [one] : []));
    expect(routes.toSorted(bySpecificity).map(({ path }) => path)).toEqual([
      '/a/b',
      '/a/{x}',
      '/a/{x}/c',
      '/a/{rest*}',
      '/{x}/b',
      '/{rest*}',
    ]);
  });
});
