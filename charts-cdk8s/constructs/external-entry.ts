import { ServiceEntry } from '@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry';
import type { Egress } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import type { ExternalServer } from '../environment.ts';
import { namespace } from '../names.ts';
import { manifest } from './manifest.ts';

export interface ExternalEntryProps {
  /** Name of the entry: `mariadb`, `smtp`. */
  readonly name: string;
  readonly server: ExternalServer;
  readonly protocol: Egress['protocol'];
}

/**
 * A server outside the mesh. Always with addresses: an entry for TCP without them takes its port of every address, and
 * of two such entries one wins. Databases are plain TCP, since they speak first and cannot be sniffed.
 */
export class ExternalEntry extends Construct {
  constructor(scope: Construct, id: string, { name, server, protocol }: ExternalEntryProps) {
    super(scope, id);
    manifest(
      this,
      'entry',
      new ServiceEntry({
        metadata: { name, namespace },
        spec: {
          hosts: [server.host],
          addresses: server.addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`),
          ports: [{ name: `${protocol.toLowerCase()}-${name}`, number: server.port, protocol }],
          location: 'MESH_EXTERNAL',
          resolution: 'STATIC',
          endpoints: server.addresses.map((address) => ({ address })),
          exportTo: ['.'],
        },
      }),
    );
  }
}
