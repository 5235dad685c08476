import type { Tool } from "../tool";

/**
 * Ethereum clients that build from Go modules, for local images and as the reference of tests. Always built here, because
 * images need static programs.
 */
export const ethereumTools: readonly Tool[] = [
  {
    name: "geth",
    group: "ethereum",
    version: "1.13.15",
    programs: ["geth", "bootnode"],
    builds: [
      {
        module: "geth",
        packages: {
          geth: "github.com/ethereum/go-ethereum/cmd/geth",
          bootnode: "github.com/ethereum/go-ethereum/cmd/bootnode",
        },
        // geth refers to internals of Go's runtime, which newer linkers refuse without this flag.
        linkerFlags: ["-checklinkname=0"],
      },
    ],
  },
  {
    name: "goquorum",
    group: "ethereum",
    version: "22.7.4",
    programs: ["goquorum"],
    builds: [
      {
        module: "goquorum",
        packages: { goquorum: "github.com/ethereum/go-ethereum/cmd/geth" },
        // GoQuorum's console is an interpreter in C.
        cgo: true,
        tags: ["netgo", "osusergo"],
        linkerFlags: ["-checklinkname=0", "-linkmode", "external", "-extldflags", "-static"],
      },
    ],
  },
];
