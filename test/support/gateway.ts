/** Transactions through Fabric's own client SDK: proof by another implementation that the network works. */
import { createPrivateKey } from "node:crypto";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, signers, type Gateway } from "@hyperledger/fabric-gateway";
import type { LoopbackOrganization } from "./loopback-fabric";

/**
 * Submits a transaction and waits for the commit. Tries again while the peer does not know other peers' chaincode yet, or
 * while the orderers elect a leader.
 */
export async function invoke(
  organization: LoopbackOrganization,
  channelId: string,
  chaincode: string,
  [name = "", ...args]: string[],
  endorsingOrganizations: string[],
): Promise<void> {
  await withGateway(organization, async (gateway) => {
    const contract = gateway.getNetwork(channelId).getContract(chaincode);
    for (let tries = 1; ; tries += 1) {
      try {
        await contract.submit(name, { arguments: args, endorsingOrganizations });
        return;
      } catch (error) {
        if (tries === maxTries || !isPassing(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  });
}

/** Evaluates a query on the organisation's first peer. */
export async function query(
  organization: LoopbackOrganization,
  channelId: string,
  chaincode: string,
  [name = "", ...args]: string[],
): Promise<string> {
  return withGateway(organization, async (gateway) => {
    const contract = gateway.getNetwork(channelId).getContract(chaincode);
    const bytes = await contract.evaluate(name, { arguments: args, endorsingOrganizations: [organization.msp.mspId] });
    return Buffer.from(bytes).toString("utf8");
  });
}

/**
 * Enough for gossip and for an election. Peers announce their chaincodes by gossip every four seconds
 * (publishStateInfoInterval); an election takes up to 17 s.
 */
const maxTries = 200;
const pauseMs = 200;

function isPassing(error: unknown): boolean {
  return /no combination of peers|failed to find any endorsing peers|no peers available|failed to collect enough|no orderers could successfully process/i.test(
    `${String(error)} ${JSON.stringify((error as { details?: unknown }).details ?? "")}`,
  );
}

async function withGateway<T>(organization: LoopbackOrganization, work: (gateway: Gateway) => Promise<T>): Promise<T> {
  const peer = organization.peers[0]?.address;
  if (peer === undefined) throw new Error(`${organization.name} has no peer`);
  const client = new Client(`127.0.0.1:${peer.port}`, credentials.createSsl(Buffer.from(peer.tlsCaCertificates)), {
    "grpc.ssl_target_name_override": peer.host,
  });
  const { mspId, certificate, privateKey } = organization.administrator;
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(privateKey)),
    hash: hash.sha256,
  });
  try {
    return await work(gateway);
  } finally {
    gateway.close();
    client.close();
  }
}
