/** Stack file section `network`: kind and settings of the blockchain. */
import { z } from "zod";
import { workloadTypes, type WorkloadType } from "../lib/workloads";
import { ethereumNetwork } from "./ethereum/network";
import { fabricNetwork } from "./fabric/network";
import { wrongKind } from "./kit/fields";
import type { Loose } from "./kit/json-schema";
import type { ConfigOf, NetworkKind, ResolvedNetwork } from "./kit/network-kind";
import type { Surroundings } from "./kit/rule";
import { dnsSomewhere, openServers } from "./shared/dns";

/** Kinds of networks. A kind in `lib/workloads.ts` without an entry does not compile. */
const kinds = {
  fabric: fabricNetwork,
  ethereum: ethereumNetwork,
} satisfies { [T in WorkloadType]: { schema: { shape: { type: z.ZodLiteral<T> } } } };

type Kinds = typeof kinds;
type KindSchema = Kinds[WorkloadType]["schema"];

const schemas = Object.values(kinds).map(({ schema }) => schema) as [KindSchema, ...KindSchema[]];

export const networkSchema = z.discriminatedUnion("type", schemas, wrongKind("type", workloadTypes));

/** The section of one kind of network. */
export type NetworkConfigOf<T extends WorkloadType> = ConfigOf<Kinds[T]>;
/** The section with all defaults filled in. */
export type NetworkConfig = { [T in WorkloadType]: NetworkConfigOf<T> }[WorkloadType];

/** The section with defaults filled in, and the problems that its rules find; none of a section of no known kind. */
export function resolveNetwork(
  network: Loose<z.infer<typeof networkSchema>> | undefined,
  around: Surroundings,
): ResolvedNetwork<NetworkConfig | undefined> {
  if (network?.type === undefined) return { config: undefined, find: () => [] };
  const kind = kinds[network.type] as NetworkKind<KindSchema, NetworkConfig>;
  const resolved = kind.resolve(network, around);
  return {
    config: resolved?.config,
    find: (severity) =>
      resolved === undefined
        ? []
        : [
            ...(severity === "error" ? dnsSomewhere : openServers)(network.dns, "network.dns"),
            ...resolved.find(severity),
          ],
  };
}
