import * as grpc from "@grpc/grpc-js";

/** Longest time for a connection attempt, in milliseconds: many times what TCP and TLS take in one continent. */
const CONNECT_TIMEOUT = 3000;

/**
 * A gRPC channel that gives up a connection attempt which gets no answer, and starts another.
 *
 * An attempt that a load balancer directed to a peer whose machine has just gone is repeated by the kernel on the same
 * path, for up to two minutes, although the balancer knows better after seconds. Only a new connection is directed
 * anew. Calls that waited for the old one fail with UNAVAILABLE.
 */
export class ImpatientChannel implements grpc.ChannelInterface {
  private current: grpc.ChannelInterface;
  private isClosed = false;

  /** @param open makes a channel; channels must not share connections (`grpc.use_local_subchannel_pool`) */
  constructor(
    private readonly open: () => grpc.ChannelInterface,
    private readonly connectTimeout = CONNECT_TIMEOUT,
  ) {
    this.current = open();
    this.watch();
  }

  close(): void {
    this.isClosed = true;
    this.current.close();
  }

  getTarget(): string {
    return this.current.getTarget();
  }

  getConnectivityState(tryToConnect: boolean): grpc.connectivityState {
    return this.current.getConnectivityState(tryToConnect);
  }

  watchConnectivityState(...args: Parameters<grpc.ChannelInterface["watchConnectivityState"]>): void {
    this.current.watchConnectivityState(...args);
  }

  getChannelzRef(): ReturnType<grpc.ChannelInterface["getChannelzRef"]> {
    return this.current.getChannelzRef();
  }

  createCall(
    ...args: Parameters<grpc.ChannelInterface["createCall"]>
  ): ReturnType<grpc.ChannelInterface["createCall"]> {
    return this.current.createCall(...args);
  }

  /** Follows the channel's state; whoever connects for too long is replaced. */
  private watch(): void {
    const watched = this.current;
    const state = watched.getConnectivityState(false);
    const deadline = state === grpc.connectivityState.CONNECTING ? Date.now() + this.connectTimeout : Infinity;
    watched.watchConnectivityState(state, deadline, (timeout) => {
      if (this.isClosed) return;
      if (timeout) this.replace(watched);
      this.watch();
    });
  }

  private replace(stuck: grpc.ChannelInterface): void {
    this.current = this.open();
    stuck.close();
    this.current.getConnectivityState(true);
  }
}
