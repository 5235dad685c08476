/** Common parts of the compared networks. */
import type { Preset } from "../../config/fabric/preset";
import type { Chaincode } from "../../samples/client/chaincode";
import type { Asset } from "../../samples/client/assets";
import type { LowerBound } from "./lower-bound";

/** Names and policy, which are the same in all networks. */
export const channelName = "trade";
export const chaincodeName = "asset-transfer";
export const endorsementPolicy = "AND('Org1MSP.peer','Org2MSP.peer')";
/** Longest wait of an orderer for more transactions, in milliseconds. */
export const batchTimeout = 200;

export const images = {
  orderer: "localhost/fabric-orderer:3.1.4",
  peer: "localhost/fabric-peer:3.1.4",
  chaincode: "localhost/asset-transfer:1.0",
};

export const firstAsset: Asset = { ID: "first", Color: "blue", Size: 5, Owner: "Tomoko", AppraisedValue: 300 };

/** A point on the way from nothing to the first committed transaction. */
export interface Milestone {
  name: string;
  /** Milliseconds since the start. */
  at: number;
}

/** One bring-up, from nothing to the first committed transaction. */
export interface BringUp {
  /** In order of time; the last is the first committed transaction. */
  milestones: Milestone[];
  /** Milliseconds, that of the last milestone. */
  total: number;
  bound: LowerBound;
}

/** Name of a network in tables. */
export function withPreset(name: string, preset: Preset): string {
  return preset === undefined ? name : `${name}, ${preset} preset`;
}

/** A network that load can be put on. */
export interface LoadTarget {
  name: string;
  /** Ids of its processes on this machine: orderers, peers and chaincode. */
  processes(): Promise<number[]>;
  /** Runs `work` with the sample chaincode, through one gateway connection of org1's client. */
  withChaincode<T>(work: (chaincode: Chaincode) => Promise<T>): Promise<T>;
}
