import { ServiceEntry } from '@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry';
import { Construct } from 'constructs';
import type { UsedServer } from '../external-servers.ts';
import { namespace } from '../names.ts';
import { manifest } from './manifest.ts';

export type ExternalEntryProps = UsedServer;

/**
 * A server outside the mesh. TCP always with addresses: an entry without them takes its port of every address, and of
 * two such entries one wins. Databases are plain TCP, since they speak first and cannot be sniffed. HTTP is told by its
 * host, so that two servers may share an address.
 */
export class ExternalEntry extends Construct {
  constructor(scope: Construct, id: string, { name, server, protocol, morePorts = {} }: ExternalEntryProps) {
    super(scope, id);
    const { addresses } = server;
    if (protocol === 'TCP' && !addresses) throw new Error(`${name} is TCP, so its environment must say its addresses`);
    const virtual =
      protocol === 'TCP' ? addresses?.map((address) => `${address}/${address.includes(':') ? 128 : 32}`) : undefined;
    manifest(
      this,
      'entry',
      new ServiceEntry({
        metadata: { name, namespace },
        spec: {
          hosts: [server.host],
          ...(virtual && { addresses: virtual }),
          ports: [
            { name: `${protocol.toLowerCase()}-${name}`, number: server.port, protocol },
            ...Object.entries(morePorts).map(([what, number]) => ({ name: `tcp-${what}`, number, protocol: 'TCP' })),
          ],
          location: 'MESH_EXTERNAL',
          resolution: addresses ? 'STATIC' : 'DNS',
          ...(addresses && { endpoints: addresses.map((address) => ({ address })) }),
          exportTo: ['.'],
        },
      }),
    );
  }
}
