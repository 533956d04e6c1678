import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { services } from '../services.ts';
import { fixtureTopology } from '../test/fixtures.ts';
import { topologyOf } from '../topology/topology.ts';
import { diagrams } from './diagrams.ts';
import { redraw } from './page.ts';

describe('the page about the architecture', () => {
  it('has the diagrams of the declarations as they are: npm run diagrams draws them', () => {
    const written = readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8');
    expect(redraw(written, topologyOf(services))).toBe(written);
  });

  it('names every service', () => {
    const written = readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8');
    for (const { name } of services) expect(written).toContain(name);
  });
});

function page(name: string): string {
  return `before\n<!-- drawn: ${name}, by a command -->\nold\n<!-- end -->\nafter\n`;
}

describe('a drawn section', () => {
  const whole = Object.keys(diagrams).map(page).join('');

  it('is replaced, and what is around it stays', () => {
    const drawn = redraw(whole, fixtureTopology);
    expect(drawn).not.toContain('old');
    expect(drawn.startsWith('before\n<!-- drawn: calls, by a command -->\n```mermaid\n')).toBe(true);
    expect(drawn.endsWith('<!-- end -->\nafter\n')).toBe(true);
    expect(redraw(drawn, fixtureTopology)).toBe(drawn);
  });

  it('of an unknown name is an error, and so is one that is missing', () => {
    expect(() => redraw(`${whole}${page('weather')}`, fixtureTopology)).toThrow("nothing draws 'weather'");
    expect(() => redraw(page('calls'), fixtureTopology)).toThrow('no section for messages, stores, workloads');
  });
});

describe('the diagrams', () => {
  const drawn = Object.fromEntries(Object.entries(diagrams).map(([name, draw]) => [name, draw(fixtureTopology)]));

  it('show each declared call, and none that is not', () => {
    expect(drawn['calls']).toContain('orders_api -->|"reserve"| shows_editor');
    expect(drawn['calls']).toContain('orders_api -->|"show"| shows_catalogue');
    expect(drawn['calls']).not.toMatch(/shows_\w+ -->|post_worker -->/);
  });

  it('show the way of a message to its queue', () => {
    expect(drawn['messages']).toContain('orders -->|"order.placed"| exchange_orders');
    expect(drawn['messages']).toContain('post_order_placed[("post.order.placed")]');
  });

  it('show what is owned, and what is reached outside', () => {
    expect(drawn['stores']).toContain('orders --> mariadb_orders');
    expect(drawn['stores']).toContain('post -->|"TCP"| outside_smtp');
  });

  it('count the routes of each workload by who may ask', () => {
    expect(drawn['workloads']).toMatch(/\| `orders-api` \| http \| 1 to 2 \| \d+ \| 2 \| {2}\| 1 \| {2}\|/);
  });
});
