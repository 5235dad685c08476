import * as grpc from "@grpc/grpc-js";

/** Longest time for a connection attempt, in milliseconds: far more than TCP and TLS need within one continent. */
const longestConnect = 3000;

/**
 * A gRPC channel that gives up a connection attempt without an answer, and starts another.
 *
 * A load balancer may direct an attempt to a peer whose machine has just failed. The kernel then repeats the attempt on
 * the same path for up to two minutes. The balancer removes the peer after seconds, but only for new connections. Calls
 * that waited for the old connection fail with UNAVAILABLE.
 */
export class ImpatientChannel implements grpc.ChannelInterface {
  private current: grpc.ChannelInterface;
  private isClosed = false;

  /** @param open opens a channel; channels must not share connections (`grpc.use_local_subchannel_pool`) */
  constructor(
    private readonly open: () => grpc.ChannelInterface,
    private readonly connectTimeout = longestConnect,
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

  /** Follows the channel's state, and replaces a channel that connects for too long. */
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
