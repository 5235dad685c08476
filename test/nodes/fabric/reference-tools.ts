/** Fabric's own tools, as the reference for the domain code. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type {
  ChannelConfig,
  Consenter,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "../../../ledger/fabric/channel-config";
import { localMsp, verifyingMsp } from "../../../ledger/fabric/msp";
import { paths } from "../../../tools/paths";
import { withDirectory, writeFiles } from "../../support/files";

export type ReferenceTool = "configtxgen" | "configtxlator" | "peer";

/** Path of a tool. Throws, with the remedy, when it was not built. */
export function toolPath(tool: ReferenceTool): string {
  const path = join(paths.bin, tool);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "make tools"`);
  return path;
}

/** Runs a tool to its end and returns standard output. Throws with all its output when it fails. */
export function runTool(tool: ReferenceTool, args: string[], options: { env?: Record<string, string> } = {}): Buffer {
  const result = spawnSync(toolPath(tool), args, {
    env: { ...process.env, ...options.env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  if (result.status !== 0) {
    const output = `${result.stdout.toString()}${result.stderr.toString()}${result.error?.message ?? ""}`;
    throw new Error(`${tool} ${args.join(" ")} ended with ${result.status}:\n${output}`);
  }
  return result.stdout;
}

/** The least that `peer` starts with. */
const peerSettings = stringify({ peer: { BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } } } });

/** What `peer channel signconfigtx` makes of the envelope of an update, with an administrator of `msp`. */
export function signConfigUpdate(
  envelope: Uint8Array,
  msp: OrganizationMsp,
  administrator: { certificate: string; privateKey: string },
): Uint8Array {
  return withDirectory((directory) => {
    const file = join(directory, "update.pb");
    const mspFolder = join(directory, "msp");
    writeFiles(mspFolder, localMsp({ msp, ...administrator }));
    writeFiles(directory, { "update.pb": envelope, "core.yaml": peerSettings });
    runTool("peer", ["channel", "signconfigtx", "-f", file], {
      env: { FABRIC_CFG_PATH: directory, CORE_PEER_LOCALMSPID: msp.mspId, CORE_PEER_MSPCONFIGPATH: mspFolder },
    });
    return readFileSync(file);
  });
}

/** Genesis block that configtxgen builds for a channel config. */
export function referenceGenesisBlock(
  config: ChannelConfig,
  changeProfile = (profile: object): object => profile,
): Uint8Array {
  return withDirectory((directory) => {
    writeConfigtx(directory, config, changeProfile);
    const block = join(directory, "genesis.block");
    runTool("configtxgen", [
      ...["-configPath", directory],
      ...["-profile", "Channel"],
      ...["-channelID", config.channelId],
      ...["-outputBlock", block],
    ]);
    return readFileSync(block);
  });
}

/** JSON of a block as configtxgen prints it, with all nested messages decoded. */
export function inspectBlock(block: Uint8Array): unknown {
  return withDirectory((directory) => {
    writeFiles(directory, { "a.block": block });
    const printed: unknown = JSON.parse(
      runTool("configtxgen", ["-inspectBlock", join(directory, "a.block")]).toString(),
    );
    return printed;
  });
}

/** Config update that configtxlator computes between two configs, as protobuf bytes. */
export function referenceConfigUpdate(channelId: string, original: Uint8Array, updated: Uint8Array): Uint8Array {
  return withDirectory((directory) => {
    writeFiles(directory, { original, updated });
    const output = join(directory, "update");
    runTool("configtxlator", [
      "compute_update",
      ...["--channel_id", channelId],
      ...["--original", join(directory, "original")],
      ...["--updated", join(directory, "updated")],
      // Its default, /dev/stdout, fails when standard output is a socket, as for a child of Node.js.
      ...["--output", output],
    ]);
    return readFileSync(output);
  });
}

function writeConfigtx(directory: string, config: ChannelConfig, changeProfile: (profile: object) => object): void {
  for (const { name, msp } of [...config.ordererOrganizations, ...config.peerOrganizations]) {
    writeFiles(join(directory, "msp", name), verifyingMsp(msp));
  }
  config.consenters.forEach((consenter, index) => {
    writeFiles(join(directory, "consenters", String(index)), {
      "client.pem": consenter.clientTlsCertificate,
      "server.pem": consenter.serverTlsCertificate,
      "identity.pem": consenter.identity,
    });
  });
  const profile = changeProfile(channelProfile(config));
  writeFiles(directory, {
    "configtx.yaml": stringify({ Profiles: { Channel: profile } }, { aliasDuplicateObjects: false }),
  });
}

function channelProfile(config: ChannelConfig): object {
  return {
    Policies: metaPolicies(),
    Capabilities: { [config.capabilities.channel]: true },
    Orderer: ordererSection(config),
    Application: {
      Policies: {
        ...metaPolicies(),
        Endorsement: metaPolicy("MAJORITY Endorsement"),
        LifecycleEndorsement: metaPolicy("MAJORITY Endorsement"),
      },
      Capabilities: { [config.capabilities.application]: true },
      Organizations: config.peerOrganizations.map(peerSection),
    },
  };
}

/** The channel's organisations as sections of configtx.yaml, with the files that they name. */
export function organizationSections(config: ChannelConfig): {
  peers: object[];
  orderers: object[];
  files: Record<string, string>;
} {
  const files = [...config.ordererOrganizations, ...config.peerOrganizations].flatMap(({ name, msp }) =>
    Object.entries(verifyingMsp(msp)).map(([path, content]) => [`msp/${name}/${path}`, content] as const),
  );
  return {
    peers: config.peerOrganizations.map(peerSection),
    orderers: config.ordererOrganizations.map(ordererOrganizationSection),
    files: Object.fromEntries(files),
  };
}

function peerSection({ name, msp, anchorPeers }: PeerOrganization): object {
  return {
    ...organization(name, msp),
    Policies: {
      Readers: signaturePolicy(`OR('${msp.mspId}.admin', '${msp.mspId}.peer', '${msp.mspId}.client')`),
      Writers: signaturePolicy(`OR('${msp.mspId}.admin', '${msp.mspId}.client')`),
      Admins: signaturePolicy(`OR('${msp.mspId}.admin')`),
      Endorsement: signaturePolicy(`OR('${msp.mspId}.peer')`),
    },
    AnchorPeers: anchorPeers.map(({ host, port }) => ({ Host: host, Port: port })),
  };
}

function ordererOrganizationSection({ name, msp, endpoints }: OrdererOrganization): object {
  return {
    ...organization(name, msp),
    Policies: {
      Readers: signaturePolicy(`OR('${msp.mspId}.member')`),
      Writers: signaturePolicy(`OR('${msp.mspId}.member')`),
      Admins: signaturePolicy(`OR('${msp.mspId}.admin')`),
    },
    OrdererEndpoints: endpoints.map(({ host, port }) => `${host}:${port}`),
  };
}

/** Options of new channels in the form of configtx.yaml, where configtxgen fills in none. */
const raftSection = {
  TickInterval: "250ms",
  ElectionTick: 5,
  HeartbeatTick: 1,
  MaxInflightBlocks: 5,
  SnapshotIntervalSize: "16 MB",
};
const bftSection = {
  RequestBatchMaxCount: 100,
  RequestBatchMaxBytes: 10 * 1024 * 1024,
  RequestBatchMaxInterval: "50ms",
  IncomingMessageBufferSize: 200,
  RequestPoolSize: 400,
  RequestAutoRemoveTimeout: "3m0s",
  LeaderHeartbeatCount: 10,
  CollectTimeout: "1s",
  RequestForwardTimeout: "2s",
  RequestComplainTimeout: "20s",
  ViewChangeResendInterval: "1s",
  ViewChangeTimeout: "4s",
  LeaderHeartbeatTimeout: "3s",
};

function ordererSection(config: ChannelConfig): object {
  const consensus =
    config.consensus === "BFT"
      ? { ConsenterMapping: config.consenters.map(bftConsenter), SmartBFT: bftSection }
      : { EtcdRaft: { Consenters: config.consenters.map(raftConsenter), Options: raftSection } };
  return {
    OrdererType: config.consensus,
    ...consensus,
    BatchTimeout: config.batch.timeout,
    BatchSize: {
      MaxMessageCount: config.batch.maxMessageCount,
      AbsoluteMaxBytes: config.batch.absoluteMaxBytes,
      PreferredMaxBytes: config.batch.preferredMaxBytes,
    },
    Policies: { ...metaPolicies(), BlockValidation: metaPolicy("ANY Writers") },
    Capabilities: { [config.capabilities.orderer]: true },
    Organizations: config.ordererOrganizations.map(ordererOrganizationSection),
  };
}

function organization(name: string, msp: OrganizationMsp): object {
  return { Name: name, ID: msp.mspId, MSPDir: `msp/${name}` };
}

function raftConsenter(consenter: Consenter, index: number): object {
  return {
    Host: consenter.host,
    Port: consenter.port,
    ClientTLSCert: `consenters/${index}/client.pem`,
    ServerTLSCert: `consenters/${index}/server.pem`,
  };
}

function bftConsenter(consenter: Consenter, index: number): object {
  return {
    ID: index + 1,
    MSPID: consenter.mspId,
    Identity: `consenters/${index}/identity.pem`,
    ...raftConsenter(consenter, index),
  };
}

function metaPolicies(): object {
  return {
    Readers: metaPolicy("ANY Readers"),
    Writers: metaPolicy("ANY Writers"),
    Admins: metaPolicy("MAJORITY Admins"),
  };
}

function metaPolicy(rule: string): object {
  return { Type: "ImplicitMeta", Rule: rule };
}

function signaturePolicy(rule: string): object {
  return { Type: "Signature", Rule: rule };
}
