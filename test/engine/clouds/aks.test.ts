import { vendors } from "../../support/clouds/vendors";
import { describeVendor } from "./vendor-suite";

// `az aks rotate-certs` changes the CA too; this API server has a single CA.
const otherNetwork = { network: { cidr: "10.80.0.0/16" } };

const tagged = [
  "azure-native:compute:DiskEncryptionSet",
  "azure-native:containerservice:AgentPool",
  "azure-native:containerservice:ManagedCluster",
  "azure-native:keyvault:Vault",
  "azure-native:managedidentity:UserAssignedIdentity",
  "azure-native:network:VirtualNetwork",
  "azure-native:resources:ResourceGroup",
];

describeVendor("AKS", { ...vendors.AKS, otherNetwork, tagged, rotate: (_program, server) => server.rotate() });

describeVendor("AKS with kubelogin", {
  ...vendors.AKS,
  otherNetwork,
  settings: { authentication: { method: "kubelogin", adminGroupObjectIds: ["00000000-0000-0000-0000-00000000000a"] } },
  rotate: (_program, server) => server.rotate(),
});
