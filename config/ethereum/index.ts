/** Stack file section `network.ethereum`: a private Ethereum network. */
import type { z } from "zod";
import type { Client } from "../../ledger/ethereum/clients";
import { map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, type Rule, type Surroundings } from "../kit/rule";
import { isolationMissing, networkPolicy, podSecurity } from "../shared/isolation";
import { monitoring, scrapesInTime } from "../shared/monitoring";
import { protect } from "../shared/workload";
import { accessFields, accessRules } from "./access";
import { backupFields, backupRules } from "./backup";
import { clientFields, clientRules, resolveClient } from "./client";
import { existingChainRules, readExistingChain, resolveExistingChain, type ExistingChain } from "./existing-genesis";
import { genesis, genesisRules, resolveGenesis, type GenesisConfig } from "./genesis";
import { joinFields, joinRules } from "./join";
import { rpcGroupFields, rpcGroupRules } from "./rpc-groups";
import { optionRules } from "./options";
import { resolveValidators, validatorFields, validatorRules, type ValidatorConfig } from "./validators";

export type { RpcGroupConfig } from "./rpc-groups";
export type { P2pExposureConfig, PartnerChainConfig } from "./join";
export type { ValidatorConfig } from "./validators";

export const ethereumSchema = map({
  client: clientFields.client,
  version: clientFields.version,
  image: clientFields.image,
  bootnodeImage: clientFields.bootnodeImage,
  pullPolicy: clientFields.pullPolicy,
  imagePullSecrets: clientFields.imagePullSecrets,
  genesis: genesis
    .optional()
    .describe(
      "Settings of a new chain. Fixed for the life of the chain, except where the client allows changes. Default: each setting's own.",
    ),
  genesisFile: text(/./, "the path of a genesis.json")
    .optional()
    .describe("Instead of `genesis`: path of an existing chain's genesis.json, relative to the project."),
  generation: wholeNumber(1, 1_000_000)
    .default(1)
    .describe(
      "Raise by one to begin the chain anew from block 0, where nobody has it any more. Validators on empty volumes otherwise wait until a peer has it, once it has begun. Nothing else does it: a number that stays has no effect.",
    ),
  join: joinFields.join,
  faucet: validatorFields.faucet,
  validators: validatorFields.validators,
  bootnodes: validatorFields.bootnodes,
  peers: joinFields.peers,
  p2p: joinFields.p2p,
  partners: joinFields.partners,
  rpc: accessFields.rpc,
  rpcGroups: rpcGroupFields.rpcGroups,
  explorerUrl: text(/^https?:\/\/\S+$/, "a URL")
    .optional()
    .describe("URL of your own block explorer, for the outputs. Default: none."),
  ethstats: accessFields.ethstats,
  options: clientFields.options,
  logFormat: clientFields.logFormat,
  resources: clientFields.resources,
  placement: clientFields.placement,
  storage: clientFields.storage,
  backup: backupFields.backup,
  restore: backupFields.restore,
  networkPolicy,
  podSecurity: podSecurity("the network's namespace"),
  monitoring: monitoring("metrics ports", "Besu 9545, others 6060"),
  protect,
});

/** The section in the file. */
type EthereumFile = z.infer<typeof ethereumSchema>;
/** Values that follow from others. */
interface Derived {
  client: Client;
  version: string;
  image: string;
  bootnodeImage: string;
  genesis: GenesisConfig;
  /** Text of an existing chain's genesis.json; `genesis` then has its settings. */
  genesisText?: string;
  validators: ValidatorConfig[];
  protect: boolean;
}
/** The section with defaults and contents of files. */
export type EthereumConfig = Omit<EthereumFile, keyof Derived | "genesisFile"> & Derived;
export type BootnodeConfig = EthereumConfig["bootnodes"][number];
export type RpcConfig = EthereumConfig["rpc"];
export type EthstatsConfig = NonNullable<EthereumConfig["ethstats"]>;
export type JoinConfig = NonNullable<EthereumConfig["join"]>;

/** The section before and after defaults are filled in. */
export interface ResolvedEthereum {
  file: Loose<EthereumFile>;
  config: Loose<EthereumConfig>;
  /** Chain of `genesisFile`. */
  existing?: ExistingChain | undefined;
}

/** Fills in values that follow from others, and reads the files of the section. */
export function resolveEthereum(file: Loose<EthereumFile>, { protect: isKept, readFile }: Surroundings) {
  const { genesisFile, ...rest } = file;
  const program = resolveClient(file);
  const { client } = program;
  const existing = readExistingChain({ genesisFile, client }, readFile);
  const config: Loose<EthereumConfig> = {
    ...rest,
    ...program,
    ...resolveExistingChain(existing, client, resolveGenesis(file.genesis, client)),
    validators: resolveValidators(file),
    protect: file.protect ?? isKept,
  };
  return { file, config, existing };
}

export const ethereumRules: readonly Rule<ResolvedEthereum>[] = [
  ...clientRules,
  ...optionRules,
  ...genesisRules,
  ...existingChainRules,
  ...joinRules,
  ...validatorRules,
  ...accessRules,
  ...rpcGroupRules,
  ...backupRules,
  error(({ config }) => scrapesInTime(config.monitoring, "network.ethereum.monitoring")),
  error(({ config }, around) => isolationMissing(config, around, "network.ethereum")),
];
