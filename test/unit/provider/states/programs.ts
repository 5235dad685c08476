/** Inputs of today's program for resources that former releases made. */
import { deriveAccount } from "../../../../ledger/ethereum/key";
import { serialOf } from "../../../../ledger/fabric/serial-number";
import { blockDataHash, buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import type {
  AccountInputs,
  CertificateAuthorityInputs,
  CertificateInputs,
  ChannelInputs,
  EthereumRolloutInputs,
  FabricRolloutInputs,
  GenesisInputs,
  RevocationListInputs,
  RolloutNode,
  ValidatorNode,
  ValidatorSetInputs,
} from "../../../../provider/sdk";
import type { FabricInputs } from "../fabric-inputs";

export const accounts = ["1", "2", "3", "4"].map((digit) => deriveAccount(digit.repeat(64)));

/** Inputs by type token. */
export function todaysInputs(fabric: FabricInputs): Record<string, object> {
  const authority: CertificateAuthorityInputs = { commonName: "ca.org1", organization: "org1" };
  const certificate: CertificateInputs = {
    caCertificate: fabric.ca.certificate,
    caPrivateKey: fabric.ca.privateKey,
    commonName: "peer0",
    organization: "org1",
    usage: "tls",
    dnsNames: ["peer0.org1.svc"],
  };
  const revocationList: RevocationListInputs = {
    caCertificate: fabric.ca.certificate,
    caPrivateKey: fabric.ca.privateKey,
    identities: [{ name: "client", certificate: fabric.identity.certificate }],
  };
  const account: AccountInputs = { owner: "ethereum/validator0" };
  const genesis: GenesisInputs = {
    settings: { client: "besu", chainId: 1337 },
    validators: accounts.map(({ address }) => address),
  };
  const validators: ValidatorNode[] = accounts.map(({ address }, index) => ({
    name: `validator${index}`,
    namespace: "ethereum",
    pod: `validator${index}-0`,
    rpcPort: 8545,
    address,
  }));
  const chain: Omit<ValidatorSetInputs, "validators"> = { client: "besu", consensus: "qbft", genesisHash: "0x1" };
  const nodes: RolloutNode[] = [
    { name: "validator0", namespace: "ethereum", statefulSet: "validator0", revision: "1", generation: 1 },
  ];
  const channel: ChannelInputs = fabric.channel();
  const genesisBlock = buildGenesisBlock(channel.config);
  const fabricRollout: FabricRolloutInputs = {
    nodes,
    channels: ["trade"],
    orderers: channel.orderers,
    administrators: channel.administrators,
  };
  const ethereumRollout: EthereumRolloutInputs = { nodes, ...chain, validators };
  return {
    "ledger:pki:CertificateAuthority": authority,
    "ledger:pki:Certificate": certificate,
    "ledger:pki:RevocationList": revocationList,
    "ledger:ethereum:Account": account,
    "ledger:ethereum:Genesis": genesis,
    "ledger:ethereum:ValidatorSet": { ...chain, validators },
    "ledger:ethereum:Rollout": ethereumRollout,
    "ledger:fabric:Channel": channel,
    "ledger:fabric:ChannelMembership": { ...fabric.membership(), genesisHash: blockDataHash(genesisBlock) },
    "ledger:fabric:Rollout": fabricRollout,
    "ledger:fabric:Chaincode": fabric.chaincode(),
  };
}

/** Placeholder in the recorded states to a value made for each run, since keys do not belong into a repository. */
export function placeholders(fabric: FabricInputs): Record<string, string> {
  const { package: bytes, packageId } = fabric.package("asset_1.0");
  return {
    "{{ca}}": fabric.ca.certificate,
    "{{caKey}}": fabric.ca.privateKey,
    "{{identity}}": fabric.identity.certificate,
    "{{identityKey}}": fabric.identity.privateKey,
    "{{tls}}": fabric.tls.certificate,
    "{{tlsKey}}": fabric.tls.privateKey,
    "{{identitySerial}}": serialOf(fabric.identity.certificate),
    "{{tlsSerial}}": serialOf(fabric.tls.certificate),
    "{{package}}": bytes,
    "{{packageId}}": packageId,
    "{{genesisBlock}}": Buffer.from(buildGenesisBlock(fabric.channel().config)).toString("base64"),
  };
}
