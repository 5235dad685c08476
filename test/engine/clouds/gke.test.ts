import { vendors } from "../../support/clouds/vendors";
import { describeVendor } from "./vendor-suite";

describeVendor("GKE", {
  ...vendors.GKE,
  otherNetwork: { network: { podCidr: "10.76.0.0/14" } },
  // Tokens change every hour in any case. The address may change as well: here its spelling.
  rotate: ({ standIn: { cloud } }, { url }) => {
    const [cluster] = cloud.list(vendors.GKE.clusterType);
    if (cluster === undefined) throw new Error("there is no cluster");
    const address = new URL(url.replace("127.0.0.1", "localhost")).host;
    cloud.edit(cluster.type, cluster.id, ({ outputs }) => (outputs.endpoint = address));
  },
});
