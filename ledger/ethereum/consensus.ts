/** Proof-of-authority protocols, by their keys in the genesis `config`. */
export const protocols = ["qbft", "ibft2", "clique"] as const;
export type Consensus = (typeof protocols)[number];
