import { vendors } from "../../support/clouds/vendors";
import { describeVendor } from "./vendor-suite";

describeVendor("EKS", {
  ...vendors.EKS,
  otherNetwork: { network: { cidr: "10.80.0.0/16" } },
  // Tokens change by themselves, every few minutes. What may change besides is the address: here, its spelling.
  rotate: ({ standIn: { cloud } }, { url }) => {
    const [cluster] = cloud.list(vendors.EKS.clusterType);
    if (cluster === undefined) throw new Error("there is no cluster");
    cloud.edit(cluster.type, cluster.id, ({ outputs }) => (outputs.endpoint = url.replace("127.0.0.1", "localhost")));
  },
});
