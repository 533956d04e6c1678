import type { DmzPair, DmzProxy } from '../environment.ts';
import { healthPort } from './nginx.ts';

export interface KeepalivedOptions {
  readonly pair: DmzPair;
  readonly proxy: DmzProxy;
}

/**
 * Keeps the public address on one of the two proxies: on the first while its Nginx answers, else on the other. They
 * speak to each other directly, since few networks pass on multicast; and the address does not go back by itself, for
 * each move breaks connections. So the check has no weight: with one, a proxy whose check fails would keep the address
 * from the other, which may not take it from anybody who has it.
 */
export function keepalivedConfig({ pair, proxy }: KeepalivedOptions): string {
  const peer = pair.proxies.find(({ name }) => name !== proxy.name);
  if (!peer) throw new Error(`both proxies are called ${proxy.name}`);
  const priority = proxy.name === pair.proxies[0].name ? 150 : 100;
  return `# Rendered from charts-cdk8s; a change here is lost.
global_defs {
  router_id ${proxy.name}
  enable_script_security
  script_user nobody
}

vrrp_script gateway {
  script "/usr/bin/curl --silent --fail --max-time 3 --output /dev/null http://127.0.0.1:${healthPort}/healthz"
  interval 2
  timeout 4
  fall 3
  rise 2
}

vrrp_instance ticketaka {
  state BACKUP
  nopreempt
  interface ${proxy.interface}
  virtual_router_id 51
  priority ${priority}
  advert_int 1
  unicast_src_ip ${proxy.address}
  unicast_peer {
    ${peer.address}
  }
  virtual_ipaddress {
    ${pair.address}
  }
  track_script {
    gateway
  }
}
`;
}
