/** A channel as the peer of a company has it. */
import { Block, Envelope, Payload } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigEnvelope } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { ConfigMetadata } from "@hyperledger/fabric-protos/lib/orderer/etcdraft/configuration_pb";
import { ConsensusType } from "@hyperledger/fabric-protos/lib/orderer/configuration_pb";
import { asClientOf } from "./client";
import type { Company } from "./company";

/** The newest config block that the company's peer has. */
export function configBlockSeenBy(company: Company, channel: string): Promise<Uint8Array> {
  return asClientOf(company, async (client) => {
    const { gateway } = await client.connectGateway(company.name);
    return gateway.getNetwork(channel).getContract("cscc").evaluateTransaction("GetConfigBlock", channel);
  });
}

/** Hosts of the orderers that vote in a raft channel. @param bytes `common.Block` with its config */
export function votingHosts(bytes: Uint8Array): string[] {
  const [envelope = new Uint8Array()] = Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [];
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8());
  const config = ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig()?.getChannelGroup();
  const value = config?.getGroupsMap().get("Orderer")?.getValuesMap().get("ConsensusType")?.getValue_asU8();
  const metadata = ConsensusType.deserializeBinary(value ?? new Uint8Array()).getMetadata_asU8();
  return ConfigMetadata.deserializeBinary(metadata)
    .getConsentersList()
    .map((consenter) => consenter.getHost())
    .sort();
}
