import type { NodeAddress, OrdererAddress } from "../sdk";
import { ProviderError } from "../../framework/errors";
import type { NodeContext } from "../../kubernetes/node-access";
import type { ConnectionContext } from "./fabric-connection";
import { OrdererAdmin } from "./orderer-admin";
import { OrdererClient } from "./orderer-client";
import { PeerClient } from "./peer-client";

interface Closable {
  close(): Promise<void>;
}

/** Connections of an operation: one per node and port, opened at the first use, closed together. */
export class Session {
  private readonly open = new Map<string, Promise<Closable>>();
  private readonly connection: ConnectionContext;
  /** Ends pending calls when one part of the work has failed. */
  private readonly stop = new AbortController();
  readonly context: NodeContext;

  private constructor(context: NodeContext) {
    const signal = AbortSignal.any([context.signal, this.stop.signal]);
    this.context = { ...context, signal };
    this.connection = { dialer: context.dialer, signal, status: (message) => context.log.status(message) };
  }

  /** Runs `work` and closes every connection that it opened, also after a failure. */
  static async run<T>(context: NodeContext, work: (session: Session) => Promise<T>): Promise<T> {
    const session = new Session(context);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  peer(node: NodeAddress): Promise<PeerClient> {
    return this.once(`peer ${node.name}`, () => PeerClient.open(node, this.connection));
  }

  orderer(node: NodeAddress): Promise<OrdererClient> {
    return this.once(`orderer ${node.name}`, () => OrdererClient.open(node, this.connection));
  }

  /** The admin port of an orderer that may be leaving. @throws AbsentNodeError once the orderer has no pod */
  leavingOrdererAdmin(node: OrdererAddress): Promise<OrdererAdmin> {
    const connection: ConnectionContext = { ...this.connection, absentPods: "refuse" };
    return this.once(`admin ${node.name}`, () => OrdererAdmin.open(node, connection));
  }

  ordererAdmin(node: OrdererAddress): Promise<OrdererAdmin> {
    return this.once(`admin ${node.name}`, () => OrdererAdmin.open(node, this.connection));
  }

  private once<T extends Closable>(key: string, open: () => Promise<T>): Promise<T> {
    const existing = this.open.get(key);
    if (existing !== undefined) return existing as Promise<T>;
    const opened = open();
    this.open.set(key, opened);
    return opened;
  }

  private async close(): Promise<void> {
    this.stop.abort(new ProviderError("another part of the operation has failed"));
    const opened = await Promise.allSettled([...this.open.values()]);
    await Promise.all(
      opened.map(async (result) => {
        if (result.status === "fulfilled") await result.value.close();
      }),
    );
  }
}
