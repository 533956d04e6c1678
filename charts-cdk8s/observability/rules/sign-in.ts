import type { Service } from '@ticketaka/platform/contract';
import { matching, oneOf } from '../promql.ts';
import { alert, type RuleGroup } from './rule.ts';

/** Routes at which somebody says who they are. */
const signIn = ['login', 'refresh'];

/** A quarter, and a week to do it in. */
const oldDays = 100;

/** For the service that knows passwords. */
export function signInGroup(service: Service): RuleGroup {
  const routes = signIn.flatMap((name) => service.api?.routes[name]?.fullPath ?? []);
  const answered = (status: string) =>
    `sum by (service, route) (rate(ticketaka_http_server_request_duration_seconds_count${matching({ service: service.name, route: oneOf(routes), status })}[10m]))`;
  const common = { labels: { service: service.name }, dashboard: service.name, severity: 'warning' } as const;
  return {
    name: `${service.name}.sign-in`,
    rules: [
      alert({
        ...common,
        name: 'LoginFailures',
        // Of an attack as of a fault of ours most fail; on a quiet night a few wrong passwords are most of all, too.
        expr: `${answered('401')} > 1 and ${answered('401')} > 3 * (${answered('~2..')} or ${answered('401')} * 0)`,
        for: '10m',
        summary: '{{ $value | humanize }} attempts a second fail at {{ $labels.route }}',
        description: 'Three in four or more are refused: somebody tries passwords, or we refuse what is right.',
      }),
      alert({
        ...common,
        name: 'LoginsTurnedAway',
        expr: `${answered('429')} > 1`,
        for: '10m',
        summary: '{{ $value | humanize }} attempts a second meet the limit at {{ $labels.route }}',
        description:
          'One address or account tries too often. If it is an office or a carrier behind one address, people are locked out.',
      }),
      alert({
        ...common,
        name: 'SigningKeyOld',
        expr: `max by (service) (ticketaka_signing_key_age_seconds${matching({ service: service.name })}) > ${oldDays * 86_400}`,
        for: '1h',
        summary: 'The key that signs access tokens is {{ $value | humanizeDuration }} old',
        description: 'Keys are changed every quarter. Nothing is broken, but what was stolen long ago still opens.',
      }),
    ],
  };
}
