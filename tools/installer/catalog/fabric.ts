import type { Tool } from "../tool";

/** Fabric's programs, for local images and as the reference of tests. Always built here: images need static programs. */
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
    name: "ccaas-builder",
    group: "fabric",
    version: "1.0.0",
    programs: ["ccaas-builder"],
    builds: [{ module: "ccaas-builder", packages: { "ccaas-builder": "." } }],
  },
];
