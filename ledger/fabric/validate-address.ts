import { isIP } from "node:net";
import type { HostPort } from "./channel-config";
import { addressText } from "./config-normal-form";
import { problem, type Problem } from "../../lib/problem";
import { duplicates, each } from "./validate-lists";

/** Host names as URLs and certificates have them; underscores occur inside clusters. */
const hostForm = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i;
const maxPort = 65535;

/** A list of addresses, each once. */
export function validateAddresses(addresses: HostPort[], path: string): Problem[] {
  return [...each(addresses, path, validateAddress), ...duplicates(addresses.map(addressText), path, "an address")];
}

export function validateAddress({ host, port }: HostPort, path: string): Problem[] {
  const isHost = hostForm.test(host) || isIP(host) === 4;
  return [
    ...(isHost ? [] : [problem({ path: `${path}.host`, given: host, must: "be a host name" })]),
    ...(Number.isInteger(port) && port > 0 && port <= maxPort
      ? []
      : [problem({ path: `${path}.port`, given: port, must: `be a port from 1 to ${maxPort}` })]),
  ];
}
