/**
 * A minimal chaincode server: `put KEY VALUE` and `get KEY`, in this process.
 * Speaks Fabric's chaincode shim protocol: the peer connects, the chaincode registers, and each transaction is a series
 * of state requests that ends with COMPLETED.
 */
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { ChaincodeService } from "@hyperledger/fabric-protos/lib/peer/chaincode_shim_grpc_pb";
import { ChaincodeMessage, GetState, PutState } from "@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb";
import { ChaincodeID, ChaincodeInput } from "@hyperledger/fabric-protos/lib/peer/chaincode_pb";
import { Response } from "@hyperledger/fabric-protos/lib/peer/proposal_response_pb";

/** Answers awaited from a peer. */
type Waiting = Map<string, (payload: Uint8Array) => void>;
type Stream = ServerDuplexStream<ChaincodeMessage, ChaincodeMessage>;
const { Type } = ChaincodeMessage;
const okStatus = 200;
const errorStatus = 500;

export class TinyChaincode {
  private readonly server = new Server();

  /** `label:sha256` of the installed package. Must be set before a peer connects. */
  packageId = "";

  async listen(port: number): Promise<void> {
    this.server.addService(ChaincodeService, { connect: (stream: Stream) => this.converse(stream) });
    await new Promise<void>((resolve, reject) => {
      this.server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  close(): void {
    this.server.forceShutdown();
  }

  private converse(stream: Stream): void {
    // Keys are channel and transaction. Each peer has its own stream, since several peers execute the same transaction.
    const waiting: Waiting = new Map();
    const id = new ChaincodeID();
    id.setName(this.packageId);
    stream.write(message(Type.REGISTER, id.serializeBinary()));
    stream.on("data", (incoming: ChaincodeMessage) => {
      const type = incoming.getType();
      if (type === Type.INIT || type === Type.TRANSACTION) void execute(stream, waiting, incoming);
      if (type === Type.RESPONSE) waiting.get(keyOf(incoming))?.(incoming.getPayload_asU8());
      if (type === Type.KEEPALIVE) stream.write(message(Type.KEEPALIVE, new Uint8Array()));
    });
    stream.on("error", () => stream.end());
  }
}

async function execute(stream: Stream, waiting: Waiting, transaction: ChaincodeMessage): Promise<void> {
  const input = ChaincodeInput.deserializeBinary(transaction.getPayload_asU8());
  const [name, key = "", value = ""] = input.getArgsList_asU8().map((arg) => Buffer.from(arg).toString("utf8"));
  const response = new Response();
  response.setStatus(okStatus);
  if (name === "put") {
    const put = new PutState();
    put.setKey(key);
    put.setValue(Buffer.from(value));
    await ask(stream, waiting, transaction, Type.PUT_STATE, put.serializeBinary());
  } else if (name === "get") {
    const get = new GetState();
    get.setKey(key);
    response.setPayload(await ask(stream, waiting, transaction, Type.GET_STATE, get.serializeBinary()));
  } else {
    response.setStatus(errorStatus);
    response.setMessage(`no function ${name}`);
  }
  stream.write(reply(transaction, Type.COMPLETED, response.serializeBinary()));
}

function ask(
  stream: Stream,
  waiting: Waiting,
  transaction: ChaincodeMessage,
  type: number,
  payload: Uint8Array,
): Promise<Uint8Array> {
  return new Promise((resolve) => {
    waiting.set(keyOf(transaction), resolve);
    stream.write(reply(transaction, type, payload));
  });
}

function keyOf(incoming: ChaincodeMessage): string {
  return `${incoming.getChannelId()} ${incoming.getTxid()}`;
}

function message(type: number, payload: Uint8Array): ChaincodeMessage {
  const result = new ChaincodeMessage();
  result.setType(type as never);
  result.setPayload(payload);
  return result;
}

function reply(transaction: ChaincodeMessage, type: number, payload: Uint8Array): ChaincodeMessage {
  const result = message(type, payload);
  result.setTxid(transaction.getTxid());
  result.setChannelId(transaction.getChannelId());
  return result;
}
