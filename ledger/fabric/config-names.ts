/**
 * Keys of a channel config: groups, values and policies, by their names in Fabric's `common/channelconfig`.
 * https://hyperledger-fabric.readthedocs.io/en/latest/configtx.html
 */

export const groupNames = { orderer: "Orderer", application: "Application" } as const;

export const valueNames = {
  hashingAlgorithm: "HashingAlgorithm",
  blockDataHashingStructure: "BlockDataHashingStructure",
  capabilities: "Capabilities",
  consensusType: "ConsensusType",
  batchSize: "BatchSize",
  batchTimeout: "BatchTimeout",
  channelRestrictions: "ChannelRestrictions",
  orderers: "Orderers",
  msp: "MSP",
  endpoints: "Endpoints",
  anchorPeers: "AnchorPeers",
} as const;

export const policyNames = {
  readers: "Readers",
  writers: "Writers",
  admins: "Admins",
  endorsement: "Endorsement",
  lifecycleEndorsement: "LifecycleEndorsement",
  blockValidation: "BlockValidation",
} as const;

/** `Policy.PolicyType`. */
export const policyTypes = { signature: 1, implicitMeta: 3 } as const;
