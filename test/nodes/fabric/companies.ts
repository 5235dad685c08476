/** Companies of a channel on loopback, each with its own administrators only, and with the documents that they exchange. */
import assert from "node:assert/strict";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { compressBlock } from "../../../ledger/fabric/consortium/compressed-block";
import { exchangeText, readExchange, type ExchangeDocument } from "../../../ledger/fabric/consortium/exchange";
import { readProposalEnvelope } from "../../../ledger/fabric/consortium/proposal";
import { blockDataHash } from "../../../ledger/fabric/genesis";
import type { approval } from "../../../provider/fabric/resources/approval";
import { channel } from "../../../provider/fabric/resources/channel";
import { channelMembership } from "../../../provider/fabric/resources/channel-membership";
import type { SigningIdentity } from "../../../provider/fabric/sdk";
import type { LoopbackFabric } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";
import { signConfigUpdate } from "./reference-tools";

export type ChannelState = Awaited<ReturnType<typeof channel.create>>["state"];

/** What one company has: inputs and state of its channel resource. */
export interface Stack {
  inputs: Parameters<typeof channel.create>[0];
  state: ChannelState;
}

export class Companies {
  /** @param channelName the channel that they share */
  constructor(
    private readonly fabric: LoopbackFabric,
    private readonly channelName: string,
  ) {}

  /** Administrators by the names of their organisations, `orderer` among them. */
  administrators(...names: string[]): SigningIdentity[] {
    const ordering = new Map(this.fabric.orderingPartners.map(({ name, administrator }) => [name, administrator]));
    ordering.set("orderer", this.fabric.ordererAdministrator);
    return names.map((name) => ordering.get(name) ?? this.fabric.organization(name).administrator);
  }

  /**
   * Founds the channel as the company of the orderers and of org1.
   *
   * @param own how many of the orderers order it (default: all), and further organisations of the company
   */
  async found(config: ChannelConfig, own: { orderers?: number; further?: string[] } = {}): Promise<Stack> {
    const inputs = {
      config,
      orderers: this.fabric.orderers.slice(0, own.orderers).map(({ address }) => address),
      administrators: this.administrators("orderer", ...(own.further ?? []), "org1"),
      allowDelete: false,
      peers: this.peersOf("org1"),
      restart: false,
    };
    return { inputs, state: (await channel.create(inputs, testOperation().context)).state };
  }

  peersOf(name: string) {
    return this.fabric.organization(name).peers.map(({ address }) => address);
  }

  /** The document that a company publishes about its peer organisation, and what others read in it. */
  published(name: string, parts: Partial<ExchangeDocument> = {}): ExchangeDocument {
    const organization = this.fabric
      .channelConfig(this.channelName)
      .peerOrganizations.find((each) => each.name === name);
    assert.ok(organization);
    const text = exchangeText({
      organizations: [{ role: "peer", ...organization }],
      channels: [],
      proposals: [],
      signatures: [],
      chaincodes: [],
      ...parts,
    });
    assert.doesNotMatch(text, /PRIVATE KEY|UFJJVkFURSBLRVk/);
    return readExchange(text, { name, now: new Date() });
  }

  /** What a stack publishes of its open proposal. */
  proposalOf({ state: { proposal } }: Stack): ExchangeDocument {
    assert.ok(proposal);
    const { digest, envelope, sequence, signatures } = proposal;
    return this.published("org1", {
      proposals: [{ channel: this.channelName, digest, sequence, envelope: Buffer.from(envelope, "base64") }],
      signatures: signatures.map(({ mspId, signature }) => ({
        digest,
        mspId,
        signature: Buffer.from(signature, "base64"),
      })),
    });
  }

  /** Signatures in a document, as resources take them. */
  signaturesIn({ signatures }: ExchangeDocument) {
    return signatures.map(({ signature, ...rest }) => ({
      ...rest,
      signature: Buffer.from(signature).toString("base64"),
    }));
  }

  /** Inputs of an approval, as a stack makes them of the proposer's document. */
  approvalInputs(
    document: ExchangeDocument,
    company: string,
    ...signers: string[]
  ): Parameters<typeof approval.create>[0] {
    const [proposal] = document.proposals;
    assert.ok(proposal);
    return {
      channelId: this.channelName,
      digest: proposal.digest,
      envelope: Buffer.from(proposal.envelope).toString("base64"),
      administrators: this.administrators(...signers),
      peers: this.peersOf(company),
      orderers: [],
      signatures: this.signaturesIn(document),
    };
  }

  /** Another run of a company's channel. */
  async up(stack: Stack, change: Partial<Stack["inputs"]> = {}): Promise<{ stack: Stack; warnings: string }> {
    const newInputs = { ...stack.inputs, ...change };
    const { context, messages } = testOperation();
    const state = await channel.update({ id: this.channelName, ...stack, newInputs }, context);
    return { stack: { inputs: newInputs, state }, warnings: messages.warn.join("\n") };
  }

  /** What a preview of the change tells. */
  async previewOf(stack: Stack, change: Partial<Stack["inputs"]> = {}) {
    const { context, messages } = testOperation();
    await channel.inspect?.({ ...stack.inputs, ...change }, context, stack);
    return messages;
  }

  /** What `peer channel signconfigtx` makes of a proposal, for partners without this program. */
  signWithFabricsProgram(envelope: Uint8Array, name: string): ReturnType<typeof readProposalEnvelope> {
    const [identity] = this.administrators(name);
    assert.ok(identity);
    const msp = name === "orderer" ? this.fabric.ordererMsp : this.fabric.organization(name).msp;
    return readProposalEnvelope(signConfigUpdate(envelope, msp, identity));
  }

  /** A company's first peer joins by the block that the founder published. */
  async join(name: string, genesisBlock: Uint8Array): Promise<void> {
    const membership = {
      channelId: this.channelName,
      genesisHash: blockDataHash(genesisBlock),
      orderers: [],
      genesisBlock: compressBlock(genesisBlock),
      peer: this.peersOf(name)[0]!,
      administrator: this.fabric.organization(name).administrator,
    };
    await channelMembership.create(membership, testOperation().context);
  }
}
