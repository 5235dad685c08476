/**
 * Configuration of an organisation's router: HAProxy reads the name in a client's TLS greeting (SNI), and passes the
 * connection on unchanged. It has no key and sees no content.
 *
 * Source of names and values: https://docs.haproxy.org/2.6/configuration.html; newer releases read it alike.
 */
import { ports } from "../names";

/** A name that the router knows, and its target. */
export interface RouterBackend {
  /** `peer0` */
  name: string;
  /** Name that clients ask for: `peer0.org1.example.com`. */
  host: string;
  /** `host:port` of the Service inside the cluster. */
  address: string;
}

/** Path of the health check, which succeeds while the router takes connections. */
export const routerHealthPath = "/healthz";

/** Text of haproxy.cfg. */
export function buildRouterConfig(backends: readonly RouterBackend[]): string {
  return [
    ...globalSection(),
    ...frontend(backends),
    ...backends.flatMap(backend),
    "frontend health",
    `  bind :${ports.router.health}`,
    "  mode http",
    "  no log",
    "  timeout client 5s",
    "  timeout http-request 5s",
    `  monitor-uri ${routerHealthPath}`,
    "",
  ].join("\n");
}

function globalSection(): string[] {
  return [
    "global",
    "  log stdout format raw local0 info",
    // Two buffers of 16 kB for each, within the default memory of a pod.
    "  maxconn 4000",
    "  nbthread 2",
    // The image is stopped by SIGUSR1, after which running calls end. Streams have no end of their own.
    "  hard-stop-after 20s",
    "",
    // Addresses of Services stay, so the last answer is right while DNS is away. 24 days are the longest time possible.
    "resolvers cluster",
    "  parse-resolv-conf",
    "  accepted_payload_size 8192",
    "  hold valid 30s",
    ...["obsolete", "timeout", "refused", "other"].map((answer) => `  hold ${answer} 24d`),
    "",
    "defaults",
    "  mode tcp",
    "  log global",
    "  timeout connect 5s",
    "  timeout client 30s",
    "  timeout server 30s",
    "  timeout client-fin 30s",
    "  timeout server-fin 30s",
    // A stream of events may be silent for two hours, until the node at its end sends a ping.
    "  timeout tunnel 3h",
    // Load balancers of clouds forget a silent connection, the quickest after four minutes.
    ...["clitcpka", "srvtcpka"].flatMap((side) => [
      `  option ${side}`,
      `  ${side}-idle 60s`,
      `  ${side}-intvl 10s`,
      `  ${side}-cnt 6`,
    ]),
    "  retries 3",
    "  default-server resolvers cluster resolve-prefer ipv4 init-addr none",
    "",
  ];
}

function frontend(backends: readonly RouterBackend[]): string[] {
  return [
    "frontend nodes",
    `  bind :${ports.router.tls}`,
    '  log-format "%ci:%cp %[capture.req.hdr(0)] -> %b, %ts after %Tt ms, %B bytes"',
    "  tcp-request inspect-delay 5s",
    "  tcp-request content capture req.ssl_sni len 200 if { req.ssl_hello_type 1 }",
    ...backends.map(({ host }) => `  acl is_known req.ssl_sni -i ${host}`),
    "  tcp-request content accept if is_known",
    "  tcp-request content reject",
    ...backends.map(({ name, host }) => `  use_backend ${name} if { req.ssl_sni -i ${host} }`),
    "",
  ];
}

function backend({ name, address }: RouterBackend): string[] {
  return [`backend ${name}`, `  server node ${address}`, ""];
}
