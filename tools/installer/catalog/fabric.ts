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
    // The lower rung of an upgrade: a build of April 2023, between 2.5 and 3.0. An orderer of it that restarts can stand still.
    name: "fabric-2023",
    group: "ladder",
    version: "3.0.0-dev",
    programs: ["peer-2023", "orderer-2023"],
    // One build for each: Go itself would name them peer and orderer.
    builds: ["peer", "orderer"].map((program) => ({
      module: "fabric-2023",
      packages: { [`${program}-2023`]: `github.com/hyperledger/fabric/cmd/${program}` },
      variables: { "github.com/hyperledger/fabric/common/metadata.Version": "3.0.0-dev" },
    })),
  },
  {
    name: "ccaas-builder",
    group: "fabric",
    version: "1.0.0",
    programs: ["ccaas-builder"],
    builds: [{ module: "ccaas-builder", packages: { "ccaas-builder": "." } }],
  },
];
