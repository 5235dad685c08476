/** A proof-of-authority protocol by the name of its key in the genesis `config`. */
export const protocols = ["qbft", "ibft2", "clique"] as const;
export type Consensus = (typeof protocols)[number];
