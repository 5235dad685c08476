import { describeVendor } from "./vendor-suite";

describeVendor("GKE", {
  stack: "gke-fabric-dev",
  clusterType: "gcp:container/cluster:Cluster",
  keeps: ["gcp:kms/keyRing:KeyRing", "gcp:kms/cryptoKey:CryptoKey"],
  // Tokens change by themselves, every hour. What may change besides is the address: here, its spelling.
  rotate: ({ standIn: { cloud } }) => {
    const [cluster] = cloud.list("gcp:container/cluster:Cluster");
    if (cluster === undefined) throw new Error("there is no cluster");
    cloud.edit(
      cluster.type,
      cluster.id,
      ({ outputs }) => (outputs.endpoint = String(outputs.endpoint).replace("127.0.0.1", "localhost")),
    );
  },
});
