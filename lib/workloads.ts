/** Kinds of networks: facts for the program and for the commands that start it. */

export interface WorkloadFacts {
  /** Group of tools for its local networks and for their images. */
  tools: "fabric" | "ethereum";
  /** Folder of the sample client that sends a transaction. */
  sampleClient: string;
}

/** By `network.type` of a stack file. */
export const workloads = {
  fabric: { tools: "fabric", sampleClient: "samples/client" },
  ethereum: { tools: "ethereum", sampleClient: "samples/client-ethereum" },
} as const satisfies Record<string, WorkloadFacts>;

export type WorkloadType = keyof typeof workloads;

export const workloadTypes: readonly string[] = Object.keys(workloads);

/** @param type `network.type` of a stack file. Default: Fabric, for a section that only Pulumi can read, too. */
export function workloadFacts(type: unknown): WorkloadFacts {
  const facts: Readonly<Record<string, WorkloadFacts>> = workloads;
  return facts[String(type)] ?? workloads.fabric;
}
