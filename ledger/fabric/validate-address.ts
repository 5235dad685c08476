import { isIP } from "node:net";
import type { HostPort } from "./channel-config";
import { addressText } from "./config-normal-form";
import { show, type Problem } from "../problem";
import { duplicates, each } from "./validate-lists";

/** Host names as URLs and certificates have them; underscores occur inside clusters. */
const HOST = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i;
const MAX_PORT = 65535;

/** A list of addresses, each once. */
export function validateAddresses(addresses: HostPort[], path: string): Problem[] {
  return [
    ...each(addresses, path, validateAddress),
    ...duplicates(addresses.map(addressText), path, (first, address) => `is ${address}, as [${first}]`),
  ];
}

export function validateAddress({ host, port }: HostPort, path: string): Problem[] {
  const isHost = HOST.test(host) || isIP(host) === 4;
  return [
    ...(isHost ? [] : [{ path: `${path}.host`, message: `${show(host)} is not a host name` }]),
    ...(Number.isInteger(port) && port > 0 && port <= MAX_PORT
      ? []
      : [{ path: `${path}.port`, message: `${port} is not a port; write 1 to ${MAX_PORT}` }]),
  ];
}
