import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { environments } from '@ticketaka/charts/environments/index';
import { runbookFile } from '@ticketaka/charts/observability/names';
import { rulesOfPlatform, rulesOfService } from '@ticketaka/charts/observability/rules/index';
import { isAlert } from '@ticketaka/charts/observability/rules/rule';
import { services } from '@ticketaka/charts/services';
import { topologyOf } from '@ticketaka/charts/topology/topology';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/operations');
const topology = topologyOf(services);
const alerts = [
  ...topology.services.flatMap((service) => rulesOfService(topology, service, environments.prod)),
  ...rulesOfPlatform(topology),
]
  .flatMap(({ rules }) => rules)
  .filter(isAlert);
const names = [...new Set(alerts.map(({ alert }) => alert))];
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const read = (page: string) => readFileSync(join(folder, page), 'utf8');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('the runbook', () => {
  it.each(names)('of %s says what it means, how to see it, what to do, and when it is over', (name) => {
    const text = read(join('alerts', runbookFile(name)));
    const parts = all(text, /^#+ (.*)$/gm);
    expect(parts).toEqual([name, 'What it means', 'How to see it', 'What to do', 'How to know that it is over']);
    for (const part of text.split(/^## .*$/m).slice(1)) expect(part.trim()).not.toBe('');
  });

  it('has the address that its alert gives', () => {
    for (const { alert, annotations } of alerts)
      expect(annotations['runbook_url']).toMatch(new RegExp(`/docs/operations/alerts/${runbookFile(alert)}$`));
  });

  it('belongs to an alert that there is', () => {
    expect(readdirSync(join(folder, 'alerts')).toSorted()).toEqual(names.map(runbookFile).toSorted());
  });
});

describe('the pages of operations', () => {
  it('are all linked from the first', () => {
    const linked = new Set(all(read('README.md'), /\]\(([^)#]+\.md)\)/g));
    expect(pages.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
  });

  it('lead to pages that exist', () => {
    const dead = pages.flatMap((page) =>
      all(read(page), /\]\(((?!https?:)[^)#]+)[^)]*\)/g)
        .filter((link) => !existsSync(join(folder, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('have commands of ours that exist', () => {
    const scripts: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const page of pages) {
      for (const script of all(read(page), /npm run ([a-z-]+)/g)) expect(scripts).toHaveProperty(['scripts', script]);
      for (const verb of all(read(page), /npm run gitops -- ([a-z]+)/g))
        expect(existsSync(join(root, 'gitops/verbs', `${verb}.ts`))).toBe(true);
      for (const path of all(read(page), /`((?:charts-cdk8s|tests|services)\/[\w./-]+)`/g))
        expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    }
  });

  it('name workloads and queues that there are', () => {
    const workloads = new Set(topology.workloads.map(({ name }) => name));
    const queues = new Set(services.flatMap(({ consumes }) => consumes.map(({ queue }) => queue)));
    for (const page of pages) {
      const text = read(page);
      const named = [...all(text, /-l app=([\w-]+)/g), ...all(text, /deploy\/((?!istiod)[\w-]+)/g)];
      expect(named.filter((name) => !workloads.has(name))).toEqual([]);
      expect(all(text, /quorum_status -p ticketaka (\S+)/g).filter((queue) => !queues.has(queue))).toEqual([]);
    }
  });
});
