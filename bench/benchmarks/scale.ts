import { readStackConfig, type StackConfig } from "../../test/support/clouds/cloud-program";
import { previewBare, previewStack, type PreviewUse } from "../support/cloud-preview";
import type { Findings, Lab } from "../support/lab";
import { asRatio, inMebibytes, inSeconds, median, type Table } from "../support/table";

/** Numbers of organisations, of two peers each. */
const sizes = [5, 50, 100] as const;

interface Comparison {
  organizations: number;
  ours: PreviewUse[];
  bare: PreviewUse[];
}

/** Cost of the program for growing networks, beside a program that registers the same number of plain objects. */
export async function scale({ options, say }: Lab): Promise<Findings> {
  const runs: Comparison[] = [];
  for (const organizations of sizes) {
    const run: Comparison = { organizations, ours: [], bare: [] };
    for (let round = 0; round < options.rounds; round += 1) {
      const own = await previewStack(networkOf(organizations));
      run.ours.push(own);
      run.bare.push(await previewBare(own.resources));
      say(`scale: ${organizations} organisations: ${inSeconds(own.total)}`);
    }
    runs.push(run);
  }
  return { tables: [table(runs)], figures: runs };
}

/** The development stack of EKS with `organizations` organisations in its channel. */
function networkOf(organizations: number): StackConfig {
  const config = readStackConfig("eks-fabric-dev");
  const { fabric } = config.network as { fabric: { channels: { chaincodes: object[] }[] } };
  const names = Array.from({ length: organizations }, (_, index) => `org${index + 1}`);
  const peerOrganizations = names.map((name) => ({ name, peers: 2 }));
  const chaincodes = fabric.channels[0]?.chaincodes.map((each) => ({
    ...each,
    endorsementPolicy: "OR('Org1MSP.peer')",
  }));
  const channels = [{ ...fabric.channels[0], chaincodes }];
  return { ...config, network: { ...config.network, fabric: { ...fabric, peerOrganizations, channels } } };
}

function table(runs: Comparison[]): Table {
  const of = (uses: PreviewUse[], pick: (use: PreviewUse) => number): number => median(uses.map(pick));
  return {
    title: "First preview of a network of N organisations with two peers each, medians",
    header: ["organisations", "resources", "preview", "to bare", "program's processor", "to bare", "memory", "to bare"],
    rows: runs.map(({ organizations, ours, bare }) => {
      const pair = (pick: (use: PreviewUse) => number, show: (value: number) => string): string[] => [
        show(of(ours, pick)),
        asRatio(of(ours, pick), of(bare, pick)),
      ];
      return [
        String(organizations),
        String(ours[0]?.resources),
        ...pair(({ total }) => total, inSeconds),
        ...pair(({ program }) => program.processor, inSeconds),
        ...pair(({ program }) => program.peak, inMebibytes),
      ];
    }),
    notes: ["bare: a program that registers as many ConfigMaps through the same engine"],
  };
}
