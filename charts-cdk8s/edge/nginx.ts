import type { DmzPair } from '../environment.ts';
import { gatewayPorts } from '../names.ts';

export interface NginxOptions {
  /** Hosts that the platform answers for. */
  readonly hosts: readonly string[];
  readonly pair: DmzPair;
}

/** Where the proxies keep the certificate of the hosts. */
export const tlsFiles = { certificate: '/etc/nginx/tls/tls.crt', key: '/etc/nginx/tls/tls.key' };

/** Where a proxy says, on its own machine, whether a gateway is behind it. */
export const healthPort = 8081;

/**
 * The configuration of a DMZ proxy, the same on both: HTTPS with clients, and HTTPS again with the gateway's node ports,
 * whose certificate it checks. What a client says of where it comes from is thrown away: the gateway believes one proxy,
 * and this is it. Nginx of Debian 12 (1.22) and later.
 */
export function nginxConfig({ hosts, pair }: NginxOptions): string {
  const [first = ''] = hosts;
  const status = pair.nodes.map((node) => `    server ${node}:${gatewayPorts.status.node} max_fails=0;`);
  const names = hosts.join(' ');
  const nodes = pair.nodes.map((node) => `    server ${node}:${gatewayPorts.https.node} max_fails=2 fail_timeout=5s;`);
  return `# Rendered from charts-cdk8s; a change here is lost.
worker_processes auto;
worker_rlimit_nofile 65536;
pid /run/nginx.pid;

events {
  worker_connections 16384;
}

http {
  server_tokens off;
  access_log /var/log/nginx/access.log combined buffer=64k flush=5s;
  error_log /var/log/nginx/error.log warn;

  # Passed on as they come: an upload or an event stream is not collected first.
  proxy_buffering off;
  proxy_request_buffering off;
  client_max_body_size 25m;
  client_header_timeout 10s;
  client_body_timeout 30s;
  keepalive_timeout 65s;
  large_client_header_buffers 4 16k;

  limit_conn_zone $binary_remote_addr zone=clients:10m;
  limit_conn clients 200;
  limit_conn_status 429;

  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:20m;
  ssl_session_timeout 1h;
  ssl_session_tickets off;
  ssl_certificate ${tlsFiles.certificate};
  ssl_certificate_key ${tlsFiles.key};

  upstream gateway {
    zone gateway 64k;
    least_conn;
${nodes.join('\n')}
    keepalive 128;
  }

  upstream status {
${status.join('\n')}
  }

  map $http_upgrade $connection_upgrade {
    default upgrade;
    '' '';
  }

  # Whoever asks for no host of ours gets no answer.
  server {
    listen 80 default_server;
    server_name _;
    return 444;
  }

  server {
    listen 443 ssl default_server;
    server_name _;
    ssl_reject_handshake on;
  }

  server {
    listen 80;
    server_name ${names};
    return 308 https://$host$request_uri;
  }

  # For keepalived on this machine alone: whether a gateway is behind that takes requests.
  server {
    listen 127.0.0.1:${healthPort};
    access_log off;
    location = /healthz {
      proxy_pass http://status/healthz/ready;
      proxy_connect_timeout 1s;
      proxy_read_timeout 2s;
      proxy_next_upstream error timeout http_503;
    }
  }

  server {
    listen 443 ssl http2;
    server_name ${names};
    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;

    location / {
      proxy_pass https://gateway;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Real-IP "";
      proxy_set_header Forwarded "";
      proxy_ssl_server_name on;
      proxy_ssl_name ${first};
      proxy_ssl_verify on;
      proxy_ssl_verify_depth 3;
      proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
      proxy_connect_timeout 2s;
      # Longer than the longest that an event stream is silent.
      proxy_read_timeout 120s;
      # Another node only when nothing was sent to the first: nothing is done twice.
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
      proxy_next_upstream_timeout 4s;
    }
  }
}
`;
}
