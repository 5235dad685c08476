/** Reading blocks from the Deliver service of an orderer or a peer. */
import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import { Status, type Block, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { seekEnvelope, type BlockPosition } from "../../../ledger/fabric/transaction";
import { newNonce, type Identity } from "./identity";

/** Answer of both Deliver services; the messages of peer and orderer differ in type only. */
interface DeliverAnswer {
  hasBlock(): boolean;
  getBlock(): Block | undefined;
  getStatus(): number;
}

export type DeliverStart = (options: { deadline: Date }) => ClientDuplexStream<Envelope, DeliverAnswer>;

/** Status instead of a block, for example `SERVICE_UNAVAILABLE` without a raft leader. */
export class DeliverStatus {
  constructor(readonly name: string) {}
}

/** Timeout for a block. Nodes refuse positions that do not exist yet, rather than wait for them. */
const deliverTimeoutMs = 30_000;

export interface BlockRequest {
  channelId: string;
  position: BlockPosition;
  identity: Identity;
  /**
   * Whether to ask strictly: a raft consenter then answers SERVICE_UNAVAILABLE while its cluster (of three or more) has
   * no leader (fabric: common/deliver and etcdraft's `Errored`). Default: false, any node with the block returns it.
   */
  needsLeader?: boolean;
}

/** Reads one block of a channel. Rejects with the gRPC error when the node cannot be asked. */
export function readBlock(
  start: DeliverStart,
  request: BlockRequest & { signal: AbortSignal },
): Promise<Block | DeliverStatus> {
  const envelope = seekEnvelope({
    channelId: request.channelId,
    start: request.position,
    stop: request.position,
    failIfNotReady: true,
    bestEffort: request.needsLeader !== true,
    creator: request.identity.creator,
    sign: request.identity.sign,
    nonce: newNonce(),
    now: new Date(),
  });
  return new Promise<Block | DeliverStatus>((resolve, reject) => {
    const stream = start({ deadline: new Date(Date.now() + deliverTimeoutMs) });
    const cancel = (): void => stream.cancel();
    const finish = (settle: () => void): void => {
      request.signal.removeEventListener("abort", cancel);
      settle();
      stream.cancel();
    };
    stream.on("data", (answer: DeliverAnswer) => {
      const block = answer.getBlock();
      finish(() => resolve(block ?? new DeliverStatus(statusName(answer.getStatus()))));
    });
    stream.on("error", (error: ServiceError) => finish(() => reject(error)));
    stream.on("end", () => finish(() => resolve(new DeliverStatus("end of stream"))));
    request.signal.addEventListener("abort", cancel);
    if (request.signal.aborted) cancel();
    stream.write(envelope);
  });
}

/** Name of a status code, for example `NOT_FOUND` for 404. */
export function statusName(code: number): string {
  return Object.entries(Status).find(([, value]) => value === code)?.[0] ?? String(code);
}
