/** gRPC services of an orderer: broadcast and blocks. */
import { Status, type Block, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { AtomicBroadcastClient } from "@hyperledger/fabric-protos/lib/orderer/ab_grpc_pb";
import type { BroadcastResponse } from "@hyperledger/fabric-protos/lib/orderer/ab_pb";
import type { ServiceError } from "@grpc/grpc-js";
import type { NodeAddress } from "../sdk";
import { readBlock, statusName, type BlockRequest, type DeliverStatus } from "./block-stream";
import { FabricConnection, type ConnectionContext } from "./fabric-connection";
import { UnreachableError } from "./node-error";
import { NotYet, waitUntil } from "../../framework/wait";

/** Timeout of a broadcast. An orderer queues and consents before it answers; healthy orderers take milliseconds. */
const broadcastTimeoutMs = 30_000;

export interface BroadcastAnswer {
  /** `SUCCESS`, `BAD_REQUEST`, `FORBIDDEN`, `SERVICE_UNAVAILABLE`, ... */
  status: string;
  info: string;
}

export class OrdererClient {
  private constructor(
    private readonly connection: FabricConnection,
    private readonly context: ConnectionContext,
  ) {}

  static async open(node: NodeAddress, context: ConnectionContext): Promise<OrdererClient> {
    return new OrdererClient(await FabricConnection.open(node, context), context);
  }

  get node(): NodeAddress {
    return this.connection.node;
  }

  /** Reads one block, tried until the orderer can be asked; the orderer's status when it returns no block. */
  async block(step: string, request: BlockRequest): Promise<Block | DeliverStatus> {
    const service = this.connection.client(AtomicBroadcastClient);
    return waitUntil<Block | DeliverStatus>(
      async () => {
        try {
          const { signal } = this.context;
          return await readBlock((options) => service.deliver(options), { ...request, signal });
        } catch (error) {
          const translated = this.connection.translate(step, error as ServiceError);
          if (translated instanceof UnreachableError) return new NotYet(translated.answer);
          throw translated;
        }
      },
      { ...this.context, waitingFor: `${this.node.name} to answer` },
    );
  }

  /** Sends one envelope, once. @throws UnreachableError when its arrival is uncertain */
  async broadcast(step: string, envelope: Envelope): Promise<BroadcastAnswer> {
    const service = this.connection.client(AtomicBroadcastClient);
    const { signal } = this.context;
    return new Promise<BroadcastAnswer>((resolve, reject) => {
      const stream = service.broadcast({ deadline: new Date(Date.now() + broadcastTimeoutMs) });
      const cancel = (): void => stream.cancel();
      const finish = (settle: () => void): void => {
        signal.removeEventListener("abort", cancel);
        settle();
        stream.end();
      };
      stream.on("data", (answer: BroadcastResponse) =>
        finish(() => resolve({ status: statusName(answer.getStatus()), info: answer.getInfo() })),
      );
      stream.on("error", (error: ServiceError) => finish(() => reject(this.connection.translate(step, error))));
      stream.on("end", () => finish(() => reject(new UnreachableError(this.node, step, "connection closed"))));
      signal.addEventListener("abort", cancel);
      if (signal.aborted) cancel();
      stream.write(envelope);
    });
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

export const success = statusName(Status.SUCCESS);
