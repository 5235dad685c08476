import type { InputsOf } from "../framework/declaration";
import { resourceClass } from "../framework/sdk";
import { approval, chaincode, channel, channelMembership, fabricRollout } from "./declarations";
import type { nodeAddress, ordererAddress, signingIdentity } from "./node-fields";

export type ChannelInputs = InputsOf<typeof channel>;
export type ApprovalInputs = InputsOf<typeof approval>;
export type ChannelMembershipInputs = InputsOf<typeof channelMembership>;
export type ChaincodeInputs = InputsOf<typeof chaincode>;
export type FabricRolloutInputs = InputsOf<typeof fabricRollout>;

/** An identity that signs proposals and config updates. */
export type SigningIdentity = (typeof signingIdentity)["type"];

/** A node, with the provider's way to it. */
export type NodeAddress = (typeof nodeAddress)["type"];

/** An orderer, with the provider's way to it. */
export type OrdererAddress = (typeof ordererAddress)["type"];

/** An organisation that installs and approves a chaincode. */
export type ChaincodeOrganization = ChaincodeInputs["organizations"][number];

/** A Fabric channel: joined by its orderers, and changed by config updates. */
export class Channel extends resourceClass(channel) {}

/** Approval of a config update that another company proposed. */
export class Approval extends resourceClass(approval) {}

/** A peer's membership of a channel. */
export class ChannelMembership extends resourceClass(channelMembership) {}

/** A chaincode definition, installed, approved by each organisation and committed on the channel. */
export class Chaincode extends resourceClass(chaincode) {}

/** Fabric nodes whose pods are at the state of their StatefulSets. */
export class FabricRollout extends resourceClass(fabricRollout) {}
