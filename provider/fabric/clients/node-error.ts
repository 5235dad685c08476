import { ProviderError } from "../../framework/errors";
import type { NodeAddress } from "../sdk";

/**
 * A failed step on a node. The message names organisation, node, step, the node's answer and, where known, the remedy.
 */
export class NodeError extends ProviderError {
  override readonly name: string = "NodeError";

  constructor(
    readonly node: Pick<NodeAddress, "name" | "mspId">,
    readonly step: string,
    /** Answer of the node. */
    readonly answer: string,
  ) {
    const remedy = remedyFor(answer);
    super(`${node.mspId}, node ${node.name}: ${step} failed: ${answer}${remedy === undefined ? "" : ` - ${remedy}`}`);
  }
}

/** A node that could not be asked; another try may succeed. */
export class UnreachableError extends NodeError {
  override readonly name = "UnreachableError";
}

/** Known answers of peers and orderers, with a remedy each. The first match counts. */
const remedies: [RegExp, string][] = [
  [
    /access denied|FORBIDDEN|permission denied|creator org unknown|is not authorized|implicit policy evaluation failed/i,
    "the signer is no administrator in the channel's eyes: check that the certificate has OU=admin, comes from the CA " +
      "that the channel config holds for this organisation, and has not expired",
  ],
  [
    /certificate has expired|x509: certificate has expired|expired/i,
    "a certificate has run out: renew it with pulumi up and restart the node that carries it",
  ],
  [
    /self-signed certificate|unable to verify|unable to get local issuer|altnames|certificate signed by unknown authority/i,
    "the node's TLS certificate does not match: `host` must be one of its DNS names and `tlsCaCertificates` must hold its root",
  ],
  [
    /bad certificate|certificate required|unknown ca|handshake failure/i,
    "the node did not accept the TLS client certificate: its root must be in the node's client root CAs",
  ],
  [
    /UNDER_CONSTRUCTION|UNDER_DELETION/,
    "an earlier join was interrupted; restart the peer, which then cleans up, and run pulumi up again",
  ],
  [
    /could not build chaincode|could not create build context|Unknown chaincodeType|docker build/i,
    "the peer has no external builder for this package: core.yaml needs the ccaas_builder entry, and /tmp must be writable",
  ],
  [
    /failed to find a consenter for consensus type/i,
    "this orderer's release does not know the channel's consensus type: BFT needs Fabric 3.1 or later",
  ],
  [
    /channel '?[^ ]+'? not found|failed to get config for channel|channel does not exist/i,
    "the node has not joined the channel: its ChannelMembership (or Channel) has to come first",
  ],
  [/channel participation API is disabled/i, "set ORDERER_CHANNELPARTICIPATION_ENABLED=true on the orderer"],
  [
    /channel pending removal|channel removal failure/i,
    "the orderer is still removing an earlier channel of this name; wait for it or restart the orderer",
  ],
];

/**
 * Whether a gateway chose an orderer that lost the channel, or has not joined yet. It chooses one of the channel's endpoints each time.
 */
export function choseOrdererWithoutChannel({ answer }: NodeError): boolean {
  return answer.includes("info=channel does not exist");
}

/** Answer of a peer that gave up a call itself. Source: `core/chaincode` of Fabric. */
const gaveUp = "timeout expired while executing transaction";

/**
 * What a gateway tells of peers that it did not reach, that did not answer it in time, or whose connection it closed with this call on
 * it. In the words of gRPC for Go.
 */
const peerNotReached = /code = (Unavailable|DeadlineExceeded|Canceled)/;

/** Begin of what a gateway tells of a peer whose chaincode refused. Source: `internal/pkg/gateway/apiutils.go` of Fabric. */
const chaincodeRefused = "chaincode response";

/**
 * Whether a gateway lacks endorsements only because peers did not give theirs in time. Where a chaincode refused as well, the other
 * peers would not have made a difference. `samples/client/errors.ts` has the same rule, since samples import nothing of the project.
 */
export function lacksPeersInTime({ answer }: NodeError): boolean {
  if (!answer.includes("(gRPC ABORTED)")) return false;
  return answer.includes(gaveUp) || (peerNotReached.test(answer) && !answer.includes(chaincodeRefused));
}

function remedyFor(answer: string): string | undefined {
  return remedies.find(([pattern]) => pattern.test(answer))?.[1];
}
