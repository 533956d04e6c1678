import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { authorize, type CompiledPolicy, policiesFor } from './authorization.ts';
import { type Attributes, compileRule } from './authorization-rules.ts';
import { Headers } from './headers.ts';
import type { AuthorizationRuleSpec } from './supported-security.ts';

interface Facts {
  readonly principal?: string | undefined;
  readonly claims?: Record<string, unknown> | undefined;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly authority?: string;
  readonly port?: number;
  readonly sourceIp?: string;
  readonly remoteIp?: string;
}

function attributes(facts: Facts): Attributes {
  return {
    request: {
      method: facts.method ?? 'GET',
      path: facts.path ?? '/',
      query: '',
      scheme: 'http',
      authority: facts.authority ?? 'auth-api',
      host: 'auth-api',
      port: 80,
      headers: Headers.from(facts.headers ?? []),
      framing: { body: 'none' },
      peerAddress: '127.0.0.1',
    },
    principal: facts.principal,
    claims: facts.claims,
    destinationPort: facts.port ?? 8080,
    sourceIp: facts.sourceIp ?? '10.0.0.1',
    remoteIp: facts.remoteIp ?? '10.0.0.1',
  };
}

const policy = (action: 'ALLOW' | 'DENY', rules: readonly AuthorizationRuleSpec[], name = 'p'): CompiledPolicy => ({
  name,
  namespace: 'ticketaka',
  selector: undefined,
  action,
  rules: rules.map(compileRule),
});
const holds = (rule: AuthorizationRuleSpec, facts: Facts) => compileRule(rule)(attributes(facts));
const members = 'cluster.local/ns/ticketaka/sa/members-api';

describe('a rule', () => {
  it.each<[string, AuthorizationRuleSpec, Facts, boolean]>([
    ['empty: everything', {}, {}, true],
    ['principal', { from: [{ source: { principals: [members] } }] }, { principal: members }, true],
    ['principal of another', { from: [{ source: { principals: [members] } }] }, { principal: `${members}2` }, false],
    ['principal of nobody', { from: [{ source: { principals: ['*'] } }] }, {}, false],
    ['not this principal, asked by nobody', { from: [{ source: { notPrincipals: [members] } }] }, {}, true],
    ['principal by suffix', { from: [{ source: { principals: ['*/sa/members-api'] } }] }, { principal: members }, true],
    ['namespace', { from: [{ source: { namespaces: ['ticketaka'] } }] }, { principal: members }, true],
    ['namespace with a star', { from: [{ source: { namespaces: ['ticket*'] } }] }, { principal: members }, true],
    ['namespace of another', { from: [{ source: { namespaces: ['ticket'] } }] }, { principal: members }, false],
    ['token', { from: [{ source: { requestPrincipals: ['*'] } }] }, { claims: { iss: 'i', sub: 's' } }, true],
    ['token without subject', { from: [{ source: { requestPrincipals: ['*'] } }] }, { claims: { iss: 'i' } }, false],
    [
      'token with an empty subject',
      { from: [{ source: { requestPrincipals: ['*'] } }] },
      { claims: { iss: 'i', sub: '' } },
      false,
    ],
    ['no token', { from: [{ source: { notRequestPrincipals: ['*'] } }] }, {}, true],
    [
      'issuer with slashes',
      { from: [{ source: { requestPrincipals: ['https://a/b/*'] } }] },
      { claims: { iss: 'https://a/b', sub: 's' } },
      true,
    ],
    ['subject', { from: [{ source: { requestPrincipals: ['i/s'] } }] }, { claims: { iss: 'i', sub: 't' } }, false],
    [
      'fields of a source together',
      { from: [{ source: { principals: [members], requestPrincipals: ['*'] } }] },
      { principal: members },
      false,
    ],
    [
      'either source',
      { from: [{ source: { principals: ['x'] } }, { source: { principals: [members] } }] },
      { principal: members },
      true,
    ],
    ['address in a block', { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }, { sourceIp: '10.1.2.3' }, true],
    ['address outside it', { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }, { sourceIp: '11.1.2.3' }, false],
    [
      'address in a block of the other family',
      { from: [{ source: { ipBlocks: ['::/0'] } }] },
      { sourceIp: '10.1.2.3' },
      false,
    ],
    ['client address', { from: [{ source: { notRemoteIpBlocks: ['1.2.3.4'] } }] }, { remoteIp: '1.2.3.4' }, false],
    ['method', { to: [{ operation: { methods: ['GET', 'HEAD'] } }] }, { method: 'HEAD' }, true],
    ['method in another case', { to: [{ operation: { methods: ['GET'] } }] }, { method: 'get' }, false],
    ['path', { to: [{ operation: { paths: ['/a'] } }] }, { path: '/a/' }, false],
    ['path by prefix', { to: [{ operation: { paths: ['/a/*'] } }] }, { path: '/a/b/c' }, true],
    ['path by template', { to: [{ operation: { paths: ['/a/{*}'] } }] }, { path: '/a/b/c' }, false],
    ['path left out', { to: [{ operation: { paths: ['/a/{*}'], notPaths: ['/a/me'] } }] }, { path: '/a/me' }, false],
    ['port', { to: [{ operation: { ports: ['8080'] } }] }, { port: 9090 }, false],
    ['host without case', { to: [{ operation: { hosts: ['AUTH-api'] } }] }, {}, true],
    ['host with a port', { to: [{ operation: { hosts: ['auth-api'] } }] }, { authority: 'auth-api:80' }, false],
    [
      'claim in a list',
      { when: [{ key: 'request.auth.claims[roles]', values: ['admin'] }] },
      { claims: { roles: ['staff', 'admin'] } },
      true,
    ],
    [
      'claim as text',
      { when: [{ key: 'request.auth.claims[roles]', values: ['admin'] }] },
      { claims: { roles: 'admin' } },
      true,
    ],
    [
      'claim that only contains it',
      { when: [{ key: 'request.auth.claims[roles]', values: ['admin'] }] },
      { claims: { roles: 'admin staff' } },
      false,
    ],
    [
      'scope, parted by spaces',
      { when: [{ key: 'request.auth.claims[scope]', values: ['write'] }] },
      { claims: { scope: 'read write' } },
      true,
    ],
    [
      'claim within a claim',
      { when: [{ key: 'request.auth.claims[a][b]', values: ['c'] }] },
      { claims: { a: { b: 'c' } } },
      true,
    ],
    [
      'claim of another type',
      { when: [{ key: 'request.auth.claims[n]', values: ['1'] }] },
      { claims: { n: 1 } },
      false,
    ],
    ['claim that is missing', { when: [{ key: 'request.auth.claims[roles]', notValues: ['admin'] }] }, {}, true],
    ['header', { when: [{ key: 'request.headers[X-A]', values: ['b*'] }] }, { headers: ['x-a', 'bc'] }, true],
    ['header there', { when: [{ key: 'request.headers[x-a]', values: ['*'] }] }, { headers: ['x-a', ''] }, true],
    ['header missing', { when: [{ key: 'request.headers[x-a]', values: ['*'] }] }, {}, false],
    ['audience', { when: [{ key: 'request.auth.audiences', values: ['t'] }] }, { claims: { aud: ['s', 't'] } }, true],
  ])('with %s', (_, ...[rule, facts, expected]) => {
    expect(holds(rule, facts)).toBe(expected);
  });

  it.each<AuthorizationRuleSpec>([
    { from: [{ source: { ipBlocks: ['10.0.0'] } }] },
    { to: [{ operation: { ports: ['http'] } }] },
    { to: [{ operation: { paths: ['/a{*}'] } }] },
  ])('is refused when it makes no sense: %j', (rule) => {
    expect(() => compileRule(rule)).toThrow();
  });
});

const named = (name: string, namespace: string, selector?: Record<string, string>): CompiledPolicy => ({
  ...policy('ALLOW', [], name),
  namespace,
  selector,
});

/** A field of a rule: not there, or some of the values. */
const some = (values: readonly string[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });

/** Fields that are not given are not there at all, as in a manifest. */
const present = (fields: Record<string, string[] | undefined>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

describe('policies together', () => {
  const everything = [{}];

  it('pass all when there is none', () => {
    expect(authorize([], attributes({})).allowed).toBe(true);
  });

  it('pass nothing when the only one is empty', () => {
    expect(authorize([policy('ALLOW', [])], attributes({}))).toEqual({ allowed: false, policy: 'none' });
  });

  it('let DENY win over ALLOW', () => {
    const policies = [
      policy('ALLOW', everything),
      policy('DENY', [{ to: [{ operation: { paths: ['/a'] } }] }], 'deny'),
    ];
    expect(authorize(policies, attributes({ path: '/a' }))).toEqual({ allowed: false, policy: 'deny' });
    expect(authorize(policies, attributes({ path: '/b' })).allowed).toBe(true);
  });

  it('pass what a DENY alone does not match', () => {
    expect(
      authorize([policy('DENY', [{ to: [{ operation: { paths: ['/a'] } }] }])], attributes({ path: '/b' })).allowed,
    ).toBe(true);
  });

  it('hold for the namespace, for the selected and, from the root, for all', () => {
    const policies = [
      named('root', 'istio-system'),
      named('own', 'ticketaka'),
      named('selected', 'ticketaka', { app: 'auth-api' }),
      named('other workload', 'ticketaka', { app: 'members-api' }),
      named('other namespace', 'elsewhere'),
    ];
    const workload = { namespace: 'ticketaka', labels: { app: 'auth-api', version: '1' } };
    expect(policiesFor(workload, policies, 'istio-system').map(({ name }) => name)).toEqual([
      'root',
      'own',
      'selected',
    ]);
  });

  it('decide as a reading of the documentation does, over a small world', () => {
    const callers = ['cluster.local/ns/ticketaka/sa/a', 'cluster.local/ns/ticketaka/sa/b'];
    const paths = ['/x', '/y'];
    const source = fc.record({ principals: some(callers), notPrincipals: some(callers) }).map(present);
    const operation = fc
      .record({ paths: some(paths), notPaths: some(paths), methods: some(['GET', 'POST']) })
      .map(present);
    const rule = fc.record({ source: fc.option(source), operation: fc.option(operation) });
    const world = fc.array(
      fc.record({
        action: fc.constantFrom('ALLOW' as const, 'DENY' as const),
        rules: fc.array(rule, { maxLength: 2 }),
      }),
      { maxLength: 3 },
    );
    const facts = fc.record({
      principal: fc.constantFrom(undefined, ...callers),
      path: fc.constantFrom(...paths, '/z'),
      method: fc.constantFrom('GET', 'POST'),
    });

    type Fields = Record<string, string[] | undefined>;
    const field = (fields: Fields, name: string, value: string | undefined) => {
      const upper = `not${name[0]?.toUpperCase()}${name.slice(1)}`;
      const isIn = (list: string[]) => value !== undefined && list.includes(value);
      const [wanted, unwanted] = [fields[name], fields[upper]];
      return (wanted === undefined || isIn(wanted)) && (unwanted === undefined || !isIn(unwanted));
    };
    fc.assert(
      fc.property(world, facts, (policies, request) => {
        const matches = (rules: readonly { source: Fields | null; operation: Fields | null }[]) =>
          rules.some(
            ({ source: from, operation: to }) =>
              (from === null || field(from, 'principals', request.principal)) &&
              (to === null || (field(to, 'paths', request.path) && field(to, 'methods', request.method))),
          );
        const denied = policies.some(({ action, rules }) => action === 'DENY' && matches(rules));
        const allows = policies.filter(({ action }) => action === 'ALLOW');
        const expected = !denied && (allows.length === 0 || allows.some(({ rules }) => matches(rules)));
        const compiled = policies.map(({ action, rules }) =>
          policy(
            action,
            rules.map(({ source: from, operation: to }) => ({
              ...(from && { from: [{ source: from }] }),
              ...(to && { to: [{ operation: to }] }),
            })),
          ),
        );
        expect(authorize(compiled, attributes(request)).allowed).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
