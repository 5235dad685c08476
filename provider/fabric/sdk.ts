import * as pulumi from "@pulumi/pulumi";
import type { Collection } from "../../ledger/fabric/collections";
import type { ChannelConfig } from "../../ledger/fabric/channel-config";
import type { Args } from "../framework/sdk";
import type { RolloutNode } from "../kubernetes/sdk";

/** An identity that signs proposals and config updates. */
export interface SigningIdentity {
  mspId: string;
  /** Enrolment certificate, PEM. */
  certificate: string;
  /** PKCS#8 PEM. Secret. */
  privateKey: string;
}

/** A node as the provider reaches it: by port-forward to a pod, with TLS for its Service name. */
export interface NodeAddress {
  /** Name used in messages, for example `org1/peer0`. */
  name: string;
  mspId: string;
  namespace: string;
  /** Pod name, for example `peer0-0`. */
  pod: string;
  /** DNS name in the node's TLS certificate. */
  host: string;
  /** gRPC port. */
  port: number;
  /** Bundle of TLS root certificates (PEM) that the node's certificate chains to. */
  tlsCaCertificates: string;
}

export interface OrdererAddress extends NodeAddress {
  /** Port of the channel participation API. */
  adminPort: number;
  /** TLS client certificate (PEM) for the participation API. */
  adminCertificate: string;
  /** Its key (PEM). Secret. */
  adminPrivateKey: string;
}

export interface ChannelInputs {
  /** The channel as it shall be. */
  config: ChannelConfig;
  /** Every orderer that shall carry the channel. */
  orderers: OrdererAddress[];
  /** One administrator per organisation this stack holds; they sign config updates. */
  administrators: SigningIdentity[];
  /** Allows `delete` to make the orderers leave the channel. Default false: the chain's data stays. */
  allowDelete?: boolean;
  /** Peers that may know the channel: one that is in it already forbids to begin it anew. Default none. */
  peers?: NodeAddress[];
  /**
   * Begins a new, empty chain where the channel existed and no orderer carries it any more. Counts once, when it becomes
   * true. Default false: that is refused.
   */
  restart?: boolean;
}

/**
 * A Fabric channel: joined by its orderers, and changed by config updates as `config` changes. What others change on it
 * stays.
 */
export class Channel extends pulumi.CustomResource {
  declare readonly channelId: pulumi.Output<string>;
  /** Genesis block, base64 of the protobuf bytes. */
  declare readonly genesisBlock: pulumi.Output<string>;
  /** Sequence of the live channel config. */
  declare readonly configSequence: pulumi.Output<number>;
  /** In what the live config differs from `config` because others changed it; one phrase for each. Default: nothing. */
  declare readonly changedElsewhere: pulumi.Output<string[]>;

  constructor(name: string, args: Args<ChannelInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "ledger:fabric:Channel",
      name,
      {
        ...args,
        channelId: undefined,
        genesisBlock: undefined,
        configSequence: undefined,
        changedElsewhere: undefined,
      },
      opts,
    );
  }
}

export interface ChannelMembershipInputs {
  channelId: string;
  /** Genesis block, base64. */
  genesisBlock: string;
  peer: NodeAddress;
  /** Administrator of the peer's organisation. */
  administrator: SigningIdentity;
  /**
   * Administrator of an organisation that the channel began with. A peer of a later one tells its own administrator
   * nothing until it has caught up; this one can see how far it is. Default: it is waited for without seeing.
   */
  observer?: SigningIdentity;
}

/** A peer's membership of a channel. */
export class ChannelMembership extends pulumi.CustomResource {
  declare readonly channelId: pulumi.Output<string>;

  constructor(name: string, args: Args<ChannelMembershipInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:fabric:ChannelMembership", name, { ...args }, opts);
  }
}

export interface ChaincodeOrganization {
  mspId: string;
  administrator: SigningIdentity;
  /** Peers that get the package installed and endorse the approval; the first one also submits it. */
  peers: NodeAddress[];
  /** Chaincode package (tar.gz), base64. */
  package: string;
  /** `label:sha256`, as the peers will compute it. */
  packageId: string;
}

export interface ChaincodeInputs {
  channelId: string;
  name: string;
  version: string;
  /** Signature policy (`AND('Org1MSP.peer','Org2MSP.peer')`) or the name of a channel policy (`/Channel/Application/Endorsement`). Default: the latter. */
  endorsementPolicy?: string;
  initRequired?: boolean;
  /** Private data collections. Those that are committed already stay, named here or not: Fabric removes none. Default none. */
  collections?: Collection[];
  organizations: ChaincodeOrganization[];
}

/** A chaincode definition, installed, approved by each organisation and committed on the channel. */
export class Chaincode extends pulumi.CustomResource {
  declare readonly channelId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  /** Committed sequence; counted by the provider. */
  declare readonly sequence: pulumi.Output<number>;

  constructor(name: string, args: Args<ChaincodeInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:fabric:Chaincode", name, { ...args, sequence: undefined }, opts);
  }
}

export interface FabricRolloutInputs {
  /** Nodes to keep current, restarted in this order, one at a time. */
  nodes: RolloutNode[];
  /** Channels that all `orderers` shall serve again, and know a leader of, before the next node goes. Default none. */
  channels?: string[];
  orderers?: OrdererAddress[];
  /**
   * Port of `nodes` with /metrics, on which orderers tell what they lead, so that leaders restart last and channels
   * elect once; its TLS certificate is the node's. Default 0: nobody is asked.
   */
  operationsPort?: number;
  /** Who may ask about the channels; one that the channel lets read is enough. */
  administrators?: SigningIdentity[];
}

/** Fabric nodes that run what their StatefulSets say: a change restarts them one at a time. */
export class FabricRollout extends pulumi.CustomResource {
  constructor(name: string, args: Args<FabricRolloutInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:fabric:Rollout", name, { ...args }, opts);
  }
}
