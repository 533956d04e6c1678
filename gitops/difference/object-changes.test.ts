import { describe, expect, it } from '@jest/globals';
import { Terminal } from '../cli/terminal.ts';
import { type ManifestObject, objectChanges } from './object-changes.ts';
import { printDifference } from './print.ts';

const object = (kind: string, name: string, fields: object = {}): ManifestObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'ticketaka' },
  ...fields,
});

const secret = (values: object) => object('Secret', 'keys', { stringData: values, data: values });

function printed(before: readonly ManifestObject[], after: readonly ManifestObject[], isTTY = false): string {
  const lines: string[] = [];
  const stdout = { isTTY, write: (text: string) => lines.push(text) };
  printDifference(objectChanges(before, after), new Terminal({ stdout, stderr: stdout, environment: {} }));
  return lines.join('');
}

describe('a difference', () => {
  it('reads as what happens to each object', () => {
    const before = [
      object('Service', 'auth-api', { spec: { ports: [{ name: 'http', port: 80 }] } }),
      object('ConfigMap', 'old'),
      object('ConfigMap', 'same'),
    ];
    const after = [
      object('Service', 'auth-api', { spec: { ports: [{ name: 'http', port: 8080 }], type: 'ClusterIP' } }),
      object('ConfigMap', 'new', { data: { a: '1' } }),
      object('ConfigMap', 'same'),
    ];
    expect(printed(before, after)).toBe(
      [
        '+ ConfigMap ticketaka/new',
        '    + data:',
        '    +   a: "1"',
        '',
        '- ConfigMap ticketaka/old',
        '',
        '~ Service ticketaka/auth-api',
        '    ~ spec.ports[http].port: 80 → 8080',
        '    + spec.type: "ClusterIP"',
        '',
        '1 added, 1 changed, 1 removed, 1 as they were',
        '',
      ].join('\n'),
    );
  });

  it('has colours on a terminal only', () => {
    expect(printed([], [object('ConfigMap', 'new')], true)).toContain('\u001B[32m+ ConfigMap ticketaka/new\u001B[39m');
    expect(printed([], [object('ConfigMap', 'new')])).not.toContain('\u001B');
  });

  it('never shows what a Secret holds', () => {
    const shown = [
      printed([], [secret({ password: 'hunter2' })]),
      printed([secret({ password: 'hunter2', key: 'abc124' })], [secret({ password: 'hunter3', token: 'abc123' })]),
    ].join('');
    expect(shown).toContain('+ stringData.token: "***"');
    expect(shown).toContain('~ data.password: "***" → "***"');
    expect(shown).not.toMatch(/hunter|abc12/);
  });

  it('takes another version of the same group for the same object', () => {
    const versions = ['networking.istio.io/v1beta1', 'networking.istio.io/v1'];
    const [before, after] = versions.map((apiVersion) => ({ ...object('VirtualService', 'auth'), apiVersion }));
    expect(printed([before ?? object('', '')], [after ?? object('', '')])).toContain(
      '~ apiVersion: "networking.istio.io/v1beta1" → "networking.istio.io/v1"',
    );
  });
});
