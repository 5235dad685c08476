/** Kinds of networks: facts that the program and the commands which start it both need. */

export interface WorkloadFacts {
  /** Group of tools that its local networks, and the images of those, are made with. */
  tools: "fabric" | "ethereum";
  /** Folder of the sample client that sends a transaction to it. */
  sampleClient: string;
}

/** By `network.type` of a stack file. */
export const workloads = {
  fabric: { tools: "fabric", sampleClient: "samples/client" },
  ethereum: { tools: "ethereum", sampleClient: "samples/client-ethereum" },
} as const satisfies Record<string, WorkloadFacts>;

export type WorkloadType = keyof typeof workloads;

export const workloadTypes: readonly string[] = Object.keys(workloads);

/** @param type `network.type` as a stack file has it. Default: Fabric, as for a section that only Pulumi can read. */
export function workloadFacts(type: unknown): WorkloadFacts {
  const facts: Readonly<Record<string, WorkloadFacts>> = workloads;
  return facts[String(type)] ?? workloads.fabric;
}
