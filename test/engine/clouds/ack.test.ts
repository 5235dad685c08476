import { readStackConfig } from "./cloud-program";
import { describeVendor } from "./vendor-suite";

const stack = "ack-fabric-dev";
const { existing } = readStackConfig(stack).cluster?.network as {
  existing: { vpcId: string; cidr: string; vswitchIds: string[]; podVswitchIds: string[] };
};
const vpc = {
  type: "alicloud:vpc/network:Network",
  id: existing.vpcId,
  inputs: { cidrBlock: existing.cidr },
  outputs: {},
};
const switches = [...existing.vswitchIds, ...existing.podVswitchIds].map((id, index) => ({
  type: "alicloud:vpc/switch:Switch",
  id,
  inputs: { vpcId: existing.vpcId, cidrBlock: `10.64.${index}.0/24` },
  outputs: {},
}));

describeVendor("ACK", {
  stack,
  clusterType: "alicloud:cs/managedKubernetes:ManagedKubernetes",
  versions: ["1.34.3-aliyun.1", "1.35.7-aliyun.1"],
  before: [vpc, ...switches],
  rotate: (_program, server) => server.rotate(),
});
