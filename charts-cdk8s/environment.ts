/** A server outside the mesh, as one environment knows it. */
export interface ExternalServer {
  /** Host that workloads connect to. One name per server: Istio keeps one entry per host. */
  readonly host: string;
  readonly port: number;
  /**
   * Fixed addresses of the server. TCP needs them: without, its entry would listen on its port of every address.
   * @default - what DNS says
   */
  readonly addresses?: readonly [string, ...string[]];
}

/** Everything that differs between two places the platform runs in. */
export interface Environment {
  readonly name: string;
  /** Hosts that the gateway answers for; `*` is any. */
  readonly hosts: readonly [string, ...string[]];
  /**
   * Name of the TLS secret beside the gateway. With it the gateway speaks HTTPS on 443, and port 80 only redirects.
   * @default - plain HTTP on port 80
   */
  readonly tlsSecret?: string;
  readonly token: { readonly issuer: string; readonly audience: string };
  /** Proxies in front of the gateway whose X-Forwarded-For may be believed. */
  readonly trustedProxies: number;
  readonly stores: {
    readonly mariadb: ExternalServer;
    readonly redis: ExternalServer;
    readonly rabbitmq: ExternalServer;
  };
  /** Servers behind the logical names of the services' `egress`. */
  readonly egress: Readonly<Record<string, ExternalServer>>;
}
