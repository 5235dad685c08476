import { forwarder } from "../stack/forward";
import { nameOf, readStackOutputs, type OutputsSource } from "../stack/outputs";
import { connectGateway, type GatewayConnection } from "./gateway";
import { outputsSchema, type Channel, type Organization, type StackOutputs } from "./outputs";
import { Reach } from "./reach";

export type { Channel, Organization, StackOutputs };

/** A deployed stack, for its clients. */
export class Stack {
  private readonly connections: GatewayConnection[] = [];
  private readonly reach: Reach;

  constructor(
    readonly name: string,
    readonly outputs: StackOutputs,
  ) {
    this.reach = new Reach(forwarder(outputs.kubeconfig));
  }

  /** The first channel with a chaincode of that name. @throws when no channel has one. */
  channelWith(chaincode: string): Channel {
    const { channels } = this.outputs.fabric;
    const found = channels.find(
      ({ organizations, chaincodes }) => organizations.length > 0 && chaincodes.some(({ name }) => name === chaincode),
    );
    if (found) return found;
    const there = channels.map(
      (channel) => `${channel.name}: ${channel.chaincodes.map(({ name }) => name).join(", ")}`,
    );
    throw new Error(
      `no channel of stack ${this.name} carries chaincode ${chaincode}; it has ${there.join("; ") || "none"}`,
    );
  }

  /** Reason why no chaincode of that name can be called yet; undefined when one can, or should. */
  notYet(chaincode: string): string | undefined {
    const { channels } = this.outputs.fabric;
    const own = channels.filter(({ organizations }) => organizations.length > 0);
    if (own.every(({ chaincodes }) => chaincodes.length === 0)) {
      return `stack ${this.name} has no channel with a chaincode for its own organisations`;
    }
    const waiting = own.flatMap(({ name, chaincodes }) =>
      chaincodes
        .filter((each) => each.name === chaincode && each.waitingFor !== undefined)
        .map(({ waitingFor = [] }) => `chaincode ${chaincode} of channel ${name} waits for ${waitingFor.join(", ")}`),
    );
    return waiting[0];
  }

  organization(name: string): Organization {
    const found = this.outputs.fabric.organizations[name];
    if (found) return found;
    const known = Object.keys(this.outputs.fabric.organizations).join(", ");
    throw new Error(`stack ${this.name} has no organisation "${name}"; it has ${known}`);
  }

  /** Connects to an organisation's gateway as the organisation's client. */
  async connectGateway(organizationName: string): Promise<GatewayConnection> {
    const organization = this.organization(organizationName);
    const target = await this.reach.gateway(organization);
    return this.connect(organizationName, target, organization.gateway.tlsServerName);
  }

  /** Connects to one peer as the organisation's client. */
  async connectPeer(organizationName: string, peerName: string): Promise<GatewayConnection> {
    const organization = this.organization(organizationName);
    const peer = organization.peers.find(({ name }) => name === peerName);
    if (!peer) throw new Error(`organisation ${organizationName} of stack ${this.name} has no peer "${peerName}"`);
    return this.connect(organizationName, await this.reach.peer(organization, peer), peer.host);
  }

  /** Closes every connection and its port-forward. */
  async close(): Promise<void> {
    this.connections.splice(0).forEach((connection) => connection.close());
    await this.reach.close();
  }

  private connect(organizationName: string, target: string, tlsServerName: string): GatewayConnection {
    const { mspId, client, gateway } = this.organization(organizationName);
    const address = { target, tlsServerName, tlsCaCertificate: gateway.tlsCaCertificate };
    const connection = connectGateway(address, { mspId, ...client });
    this.connections.push(connection);
    return connection;
  }
}

/**
 * Reads a stack's outputs.
 *
 * @throws when the stack cannot be read or its outputs are not those of a Fabric network.
 */
export async function openStack(source: OutputsSource): Promise<Stack> {
  return new Stack(nameOf(source), await readStackOutputs(source, outputsSchema, "a running Fabric network"));
}
