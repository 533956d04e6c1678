import { describe, expect, it } from '@jest/globals';
import { synthOne } from '../test/synth.ts';
import { EdgeGateway } from './edge-gateway.ts';

describe('the gateway', () => {
  it('serves its hosts over HTTPS when it has a certificate, and redirects HTTP', () => {
    const { spec } = synthOne(
      (scope) => new EdgeGateway(scope, 'gateway', { hosts: ['tickets.example'], tlsSecret: 'certificate' }),
    );
    expect(spec).toMatchObject({
      servers: [
        { port: { number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } },
        {
          port: { number: 443, protocol: 'HTTPS' },
          tls: { mode: 'SIMPLE', credentialName: 'certificate', minProtocolVersion: 'TLSV1_2' },
        },
      ],
    });
  });

  it('serves plain HTTP without one', () => {
    const { spec } = synthOne((scope) => new EdgeGateway(scope, 'gateway', { hosts: ['*'] }));
    expect(spec).toMatchObject({ servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' } }] });
    expect(JSON.stringify(spec)).not.toContain('tls');
  });

  it("takes routes from the platform's namespace only", () => {
    const { spec } = synthOne((scope) => new EdgeGateway(scope, 'gateway', { hosts: ['a.example', 'b.example'] }));
    expect(spec).toMatchObject({ servers: [{ hosts: ['ticketaka/a.example', 'ticketaka/b.example'] }] });
  });
});
