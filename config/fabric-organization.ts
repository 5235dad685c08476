/** Organisations of a Fabric network: those that order and those that endorse. */
import { choice, dnsLabel, dnsName, list, map, text, wholeNumber } from "./fields";

/** `org1` -> `Org1MSP`, the form Fabric's own samples use. */
export function defaultMspId(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}MSP`;
}

const shared = {
  name: dnsLabel(30).describe("Name of the organisation; its namespace is `<network>-<name>`."),
  mspId: text(
    /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/,
    'an MSP id of letters, digits, dots and hyphens, at most 63 characters, for example "Org1MSP"',
  )
    .optional()
    .describe("MSP id. Default: the name with a capital and `MSP`, as in `Org1MSP`."),
  domain: dnsName()
    .optional()
    .describe(
      "Public DNS domain. Nodes and gateway get `<node>.<domain>` and `gateway.<domain>` in their TLS certificates; the records are yours to make.",
    ),
};

const orderer = map({
  ...shared,
  orderers: wholeNumber(1, 31).default(3).describe("Number of ordering nodes."),
}).transform(withMspId);

const peer = map({
  ...shared,
  peers: wholeNumber(1, 50).default(2).describe("Number of peers."),
  stateDatabase: choice(["goleveldb", "couchdb"])
    .default("goleveldb")
    .describe(
      "State database. CouchDB allows rich queries and runs beside each peer; all organisations of a channel should use the same.",
    ),
}).transform(withMspId);

function withMspId<T extends { name: string; mspId?: string | undefined }>(organization: T): T & { mspId: string } {
  return { ...organization, mspId: organization.mspId ?? defaultMspId(organization.name) };
}

export const organizations = {
  orderer: list(orderer, { min: 1, of: "orderer organisations" })
    .prefault([{ name: "orderer" }])
    .describe("Organisations that run ordering nodes. Default: one, `orderer`, with three."),
  peer: list(peer, { min: 1, of: "peer organisations" }).describe("Organisations that run peers."),
};
