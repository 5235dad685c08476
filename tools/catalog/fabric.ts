import type { Tool } from "../tool";

/** Fabric's programs, for local images and as the reference of tests. Static, hence always built here. */
export const fabricTools: readonly Tool[] = [
  {
    name: "fabric",
    group: "fabric",
    version: "3.1.4",
    programs: ["peer", "orderer", "configtxgen", "configtxlator", "cryptogen", "osnadmin"],
    builds: [
      {
        module: "fabric",
        packages: {
          peer: "github.com/hyperledger/fabric/cmd/peer",
          orderer: "github.com/hyperledger/fabric/cmd/orderer",
          configtxgen: "github.com/hyperledger/fabric/cmd/configtxgen",
          configtxlator: "github.com/hyperledger/fabric/cmd/configtxlator",
          cryptogen: "github.com/hyperledger/fabric/cmd/cryptogen",
          osnadmin: "github.com/hyperledger/fabric/cmd/osnadmin",
        },
        variables: { "github.com/hyperledger/fabric/common/metadata.Version": "3.1.4" },
      },
    ],
  },
  {
    name: "fabric-ca",
    group: "fabric",
    version: "1.5.21",
    programs: ["fabric-ca-server"],
    builds: [
      {
        module: "fabric-ca",
        packages: { "fabric-ca-server": "github.com/hyperledger/fabric-ca/cmd/fabric-ca-server" },
        // SQLite is C. Without these tags it would load extensions and resolve names through shared libraries.
        cgo: true,
        tags: ["sqlite_omit_load_extension", "netgo", "osusergo"],
        linkerFlags: ["-linkmode", "external", "-extldflags", "-static"],
      },
    ],
  },
  {
    name: "ccaas-builder",
    group: "fabric",
    version: "1.0.0",
    programs: ["ccaas-builder"],
    builds: [{ module: "ccaas-builder", packages: { "ccaas-builder": "." } }],
  },
];
