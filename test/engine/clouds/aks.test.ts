import { describeVendor } from "./vendor-suite";

const aks = {
  stack: "aks-fabric-dev",
  clusterType: "azure-native:containerservice:ManagedCluster",
};

// `az aks rotate-certs`: another authority would be, too; the API server here has only one.
describeVendor("AKS", { ...aks, rotate: (_program, server) => server.rotate() });

describeVendor("AKS with kubelogin", {
  ...aks,
  settings: { authentication: { method: "kubelogin", adminGroupObjectIds: ["00000000-0000-0000-0000-00000000000a"] } },
  rotate: (_program, server) => server.rotate(),
});
