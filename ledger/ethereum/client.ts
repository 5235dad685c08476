/**
 * The Ethereum clients that can seal blocks of a private network, and what each of them can do.
 *
 * Sources: the clients' own code at the default versions named in client-version.ts
 * (go-ethereum `consensus/clique/clique.go`, `params/config.go`; GoQuorum `params/config.go`;
 * Besu `JsonGenesisConfigOptions.java`, `RequestContractAddresses.java`).
 */

/** A client by the name the stack file uses. `geth` is go-ethereum 1.13. */
export type Client = "besu" | "goquorum" | "geth";

/** A proof-of-authority protocol by the name of its key in the genesis `config`. */
export type Consensus = "qbft" | "ibft2" | "clique";

/** Protocol upgrades, oldest first. Each contains all before it. */
export const forks = ["istanbul", "berlin", "london", "shanghai", "cancun", "prague"] as const;
export type Fork = (typeof forks)[number];

export interface ClientFacts {
  /** Name as its makers write it. */
  title: string;
  /** The first is the default. */
  consensus: readonly [Consensus, ...Consensus[]];
  oldestFork: Fork;
  newestFork: Fork;
  /** Why nothing newer: the second half of the message that refuses it. */
  newestForkReason: string;
  /** Fork of a network without gas price, and of one with. */
  defaultFork: { freeGas: Fork; pricedGas: Fork };
}

export const clientFacts: Record<Client, ClientFacts> = {
  besu: {
    title: "Besu",
    consensus: ["qbft", "ibft2"],
    oldestFork: "berlin",
    newestFork: "prague",
    newestForkReason: "no later one has been tried here",
    // One below the newest: what tools of private networks compile for.
    defaultFork: { freeGas: "cancun", pricedGas: "cancun" },
  },
  goquorum: {
    title: "GoQuorum",
    consensus: ["qbft"],
    oldestFork: "istanbul",
    newestFork: "berlin",
    newestForkReason:
      "GoQuorum 22.7 is built on go-ethereum 1.10.3, which knows no later fork and skips its key silently",
    defaultFork: { freeGas: "berlin", pricedGas: "berlin" },
  },
  geth: {
    title: "geth",
    consensus: ["clique"],
    oldestFork: "istanbul",
    newestFork: "london",
    newestForkReason: 'Clique of geth 1.13 answers "clique does not support shanghai fork" and seals no block',
    // geth has no switch for a base fee of zero: London brings 1 gwei and moves it with use.
    defaultFork: { freeGas: "berlin", pricedGas: "london" },
  },
};

/** Whether `fork` contains the rules of `other`. */
export function includesFork(fork: Fork, other: Fork): boolean {
  return forks.indexOf(fork) >= forks.indexOf(other);
}
