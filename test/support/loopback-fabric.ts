/**
 * A Fabric network of plain processes on loopback: real orderers and peers, real keys, and the settings files that the
 * components write for pods. There are no pods, volumes or network policies.
 */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { buildOrdererConfig } from "../../components/fabric/specs/orderer-config";
import { dataPath, keysPath } from "../../components/fabric/specs/paths";
import { buildPeerConfig } from "../../components/fabric/specs/peer-config";
import { presetPeerSettings, presetVariables, usualValues, type Preset } from "../../config/fabric/preset";
import { parseQuantity } from "../../config";
import type { ChannelConfig, Consenter, Consensus, OrganizationMsp } from "../../ledger/fabric/channel-config";
import {
  createCertificateAuthority,
  issueCertificate,
  type CertificateAndKey,
  type NodeOu,
} from "../../ledger/fabric/certificate";
import { packageChaincode, type ChaincodePackage } from "../../ledger/fabric/chaincode-package";
import { localMsp, mspPrivateKey } from "../../ledger/fabric/msp";
import type { ChaincodeOrganization, NodeAddress, OrdererAddress, SigningIdentity } from "../../provider/fabric/sdk";
import { loopbackDialer, type Dialer } from "../../provider/kubernetes/dialer";
import { statefulSetOf } from "../../provider/kubernetes/rollout-pod";
import type { RolloutNode } from "../../provider/kubernetes/sdk";
import { writeFiles } from "./files";
import { freePorts, ManagedProcess } from "./processes";

export interface LoopbackFabricOptions {
  /** Empty folder for keys, settings, ledgers and logs. */
  directory: string;
  /** Folder with `peer`, `orderer` and `ccaas-builder`. */
  binaries: string;
  /** Number of orderers, all of one organisation. */
  orderers: number;
  /** Further organisations with orderers, in no channel at first. Default: none. */
  orderingPartners?: { name: string; mspId: string; orderers: number }[];
  organizations: { name: string; mspId: string; peers: number }[];
  /** Preset of the stack file. Default: none. */
  preset?: Preset;
  /** Time without a leader after which an orderer asks whether it is still a consenter, as Go has it. Default: Fabric's, `10m`. */
  evictionSuspicion?: string;
}

export interface LoopbackOrderer {
  process: ManagedProcess;
  operationsPort: number;
  /** Folder of its ledgers: the content of a pod's volume. */
  dataDirectory: string;
  /** Folder of its keys: the content of a pod's Secret. */
  keysDirectory: string;
  address: OrdererAddress;
  consenter: Consenter;
}

export interface LoopbackPeer {
  process: ManagedProcess;
  operationsPort: number;
  /** Folder of its ledgers and snapshots: the content of a pod's volume. */
  dataDirectory: string;
  /** Folder of its MSP. */
  mspDirectory: string;
  address: NodeAddress;
  /** TLS client identity for its operations port. */
  monitoring: CertificateAndKey;
}

export interface LoopbackOrderingPartner {
  name: string;
  msp: OrganizationMsp;
  administrator: SigningIdentity;
  orderers: LoopbackOrderer[];
}

export interface LoopbackOrganization {
  name: string;
  msp: OrganizationMsp;
  /** CA of its identities. */
  ca: CertificateAndKey;
  administrator: SigningIdentity;
  peers: LoopbackPeer[];
}

/** Operations port of every orderer in a cluster: processes of one machine have theirs apart, see `operationsDialer`. */
export const ordererOperationsPort = 8443;

/** Name in the certificates, which resolves to loopback on every machine. */
const loopbackHost = "localhost";
const ordererMspId = "OrdererMSP";
/** Folder of the ccaas builder in a pod. */
const builderPath = "/opt/hyperledger/ccaas_builder";
const validityDays = 30;
/** CAs are older than a certificate lives, so that they have issued some that are over. */
const caAgeDays = 3 * validityDays;
const caDays = 10 * caAgeDays;
/** Age at which a certificate is over. */
export const expiredDays = 2 * validityDays;
/** Beginning of renewed certificates: that of the first ones, in the first life of their CA. */
const firstIssue = daysAgo(caAgeDays - validityDays / 2);
const portsPerNode = 3;
/** Limits of a node's container in the local stack files, from which values of a preset follow. */
const limits = { cpu: "2", memory: "1Gi" };

/** Options with ports for the nodes. */
interface Layout extends LoopbackFabricOptions {
  /** Takes a free port. Returns each port once. */
  takePort(): number;
}

export class LoopbackFabric {
  private constructor(
    readonly orderers: LoopbackOrderer[],
    readonly ordererAdministrator: SigningIdentity,
    private readonly ordererAuthority: Authority,
    readonly organizations: LoopbackOrganization[],
    readonly orderingPartners: LoopbackOrderingPartner[],
    private readonly preset: Preset,
  ) {}

  get ordererMsp(): OrganizationMsp {
    return this.ordererAuthority.msp;
  }

  /** Makes keys and folders. Starts no process. */
  static async create(options: LoopbackFabricOptions): Promise<LoopbackFabric> {
    const { orderingPartners = [] } = options;
    const further = orderingPartners.reduce((sum, { orderers: count }) => sum + count, options.orderers);
    const nodes = options.organizations.reduce((sum, { peers }) => sum + peers, further);
    const ports = await freePorts(nodes * portsPerNode);
    const layout: Layout = { ...options, takePort: () => ports.pop() ?? 0 };
    linkBuilder(options);
    const ordererAuthority = await Authority.create("orderer", ordererMspId);
    const orderers = await Promise.all(
      Array.from({ length: options.orderers }, (_, index) => createOrderer(layout, ordererAuthority, index)),
    );
    const organizations = await Promise.all(options.organizations.map((each) => createOrganization(layout, each)));
    const partners = await Promise.all(orderingPartners.map((each) => createOrderingPartner(layout, each)));
    const administrator = await ordererAuthority.administrator();
    return new LoopbackFabric(orderers, administrator, ordererAuthority, organizations, partners, options.preset);
  }

  get processes(): ManagedProcess[] {
    const further = this.orderingPartners.flatMap(({ orderers }) => orderers);
    return [...this.orderers, ...further, ...this.organizations.flatMap(({ peers }) => peers)].map(
      (node) => node.process,
    );
  }

  /** One administrator of every organisation. */
  get administrators(): SigningIdentity[] {
    return [this.ordererAdministrator, ...this.organizations.map(({ administrator }) => administrator)];
  }

  /** Leads from `ordererOperationsPort` of an orderer to the port that its process has. */
  get operationsDialer(): Dialer {
    return {
      ...loopbackDialer,
      dial: (node, port, options) => {
        const orderer = this.orderers.find(({ address }) => address.name === node.name);
        return loopbackDialer.dial(
          node,
          port === ordererOperationsPort ? (orderer?.operationsPort ?? 0) : port,
          options,
        );
      },
    };
  }

  /** The orderers' organisation with the certificates that its CAs had before they were renewed. They are over. */
  async expiredOrdererMsp(): Promise<OrganizationMsp> {
    const { name, mspId, signing, tls } = this.ordererAuthority;
    const over = async (commonName: string, { privateKey }: CertificateAndKey): Promise<string> => {
      const life = { validityDays, now: daysAgo(caAgeDays) };
      return (await createCertificateAuthority({ commonName, organization: name, privateKey, ...life })).certificate;
    };
    return {
      mspId,
      caCertificates: [await over(`ca.${name}`, signing)],
      tlsCaCertificates: [await over(`tlsca.${name}`, tls)],
    };
  }

  /** An administrator of the orderers with a certificate that begins, as renewed ones do, in the life of those CAs. */
  async renewedOrdererAdministrator(): Promise<SigningIdentity> {
    return this.ordererAuthority.administrator({ notBefore: firstIssue });
  }

  /** Renews the certificates of an orderer at these times, for the keys that it has. They count from its next start on. */
  async reissue({ keysDirectory, address }: LoopbackOrderer, issued: { identity: Date; tls: Date }): Promise<void> {
    const name = statefulSetOf(address.pod);
    const key = (path: string): string => readFileSync(join(keysDirectory, path), "utf8");
    const identity = await this.ordererAuthority.issue(name, "signing", "orderer", {
      privateKey: key(`msp/${mspPrivateKey}`),
      now: issued.identity,
      notBefore: firstIssue,
    });
    const tls = await this.ordererAuthority.issue(name, "tls", undefined, {
      privateKey: key("tls/server.key"),
      now: issued.tls,
    });
    writeFiles(join(keysDirectory, "msp"), localMsp({ msp: this.ordererMsp, ...identity }));
    writeFiles(keysDirectory, { "tls/server.crt": tls.certificate });
  }

  start(): void {
    for (const process of this.processes) process.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  /** A channel with the first `consenters` orderers and the named organisations (default: all of both). */
  channelConfig(
    channelId: string,
    options: { consensus?: Consensus; consenters?: number; organizations?: string[]; batchTimeout?: string } = {},
  ): ChannelConfig {
    const { consensus = "etcdraft" } = options;
    const consenters = this.orderers.slice(0, options.consenters).map(({ consenter }) => consenter);
    const members = this.organizations.filter(({ name }) => options.organizations?.includes(name) ?? true);
    const { maxMessageCount, absoluteMaxBytes, preferredMaxBytes } = usualValues(this.preset).batch;
    return {
      channelId,
      consensus,
      ordererOrganizations: [
        { name: "orderer", msp: this.ordererMsp, endpoints: consenters.map(({ host, port }) => ({ host, port })) },
      ],
      peerOrganizations: members.map(({ name, msp, peers }) => ({
        name,
        msp,
        anchorPeers: peers.slice(0, 1).map(({ address: { host, port } }) => ({ host, port })),
      })),
      consenters,
      batch: {
        timeout: options.batchTimeout ?? "200ms",
        maxMessageCount,
        absoluteMaxBytes: parseQuantity(absoluteMaxBytes) ?? 0,
        preferredMaxBytes: parseQuantity(preferredMaxBytes) ?? 0,
      },
      capabilities: { channel: consensus === "BFT" ? "V3_0" : "V2_0", orderer: "V2_0", application: "V2_5" },
    };
  }

  /** A package that names a chaincode server on loopback, without TLS. */
  chaincodePackage(label: string, address: string): ChaincodePackage {
    return packageChaincode({ label, connection: { address, dial_timeout: "5s", tls_required: false } });
  }

  /** The organisation's part in a chaincode, on the first `peers` of its peers (default: all). */
  chaincodeOrganization(name: string, chaincode: ChaincodePackage, peers?: number): ChaincodeOrganization {
    const organization = this.organization(name);
    return {
      mspId: organization.msp.mspId,
      administrator: organization.administrator,
      peers: organization.peers.slice(0, peers).map(({ address }) => address),
      package: Buffer.from(chaincode.bytes).toString("base64"),
      packageId: chaincode.packageId,
    };
  }

  organization(name: string): LoopbackOrganization {
    const found = this.organizations.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no organisation ${name}`);
    return found;
  }
}

export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 24 * 3600 * 1000);
}

/** Nodes as a rollout gets them, with a template that their pods are not of yet. */
export function rolloutNodes(addresses: readonly NodeAddress[]): RolloutNode[] {
  return addresses.map(({ name, namespace, pod }) => ({
    name,
    namespace,
    statefulSet: statefulSetOf(pod),
    revision: "new",
    generation: 2,
  }));
}

/** An organisation's two CAs. */
class Authority {
  private constructor(
    readonly name: string,
    readonly mspId: string,
    readonly signing: CertificateAndKey,
    readonly tls: CertificateAndKey,
  ) {}

  static async create(name: string, mspId: string): Promise<Authority> {
    const make = (commonName: string): Promise<CertificateAndKey> =>
      createCertificateAuthority({ commonName, organization: name, validityDays: caDays, now: daysAgo(caAgeDays) });
    return new Authority(name, mspId, await make(`ca.${name}`), await make(`tlsca.${name}`));
  }

  get msp(): OrganizationMsp {
    return { mspId: this.mspId, caCertificates: [this.signing.certificate], tlsCaCertificates: [this.tls.certificate] };
  }

  async administrator(own?: { notBefore: Date }): Promise<SigningIdentity> {
    return { mspId: this.mspId, ...(await this.issue("admin", "signing", "admin", own)) };
  }

  /** @param own Key and time of issue. Default: a new key, and now. */
  issue(
    commonName: string,
    usage: "signing" | "tls",
    nodeOu?: NodeOu,
    own: { privateKey?: string; now?: Date; notBefore?: Date } = {},
  ): Promise<CertificateAndKey> {
    const isTls = usage === "tls";
    return issueCertificate({
      ca: isTls ? this.tls : this.signing,
      commonName,
      organization: this.name,
      nodeOu,
      usage,
      dnsNames: isTls ? [loopbackHost] : [],
      ipAddresses: isTls ? ["127.0.0.1"] : [],
      validityDays,
      now: new Date(),
      ...own,
    });
  }
}

interface Node {
  directory: string;
  identity: CertificateAndKey;
  tls: CertificateAndKey;
}

async function createNode(layout: Layout, authority: Authority, name: string, nodeOu: NodeOu): Promise<Node> {
  const directory = join(layout.directory, authority.name, name);
  const identity = await authority.issue(name, "signing", nodeOu);
  const tls = await authority.issue(name, "tls");
  const msp = localMsp({ msp: authority.msp, ...identity });
  writeFiles(join(directory, "keys", "msp"), msp);
  writeFiles(join(directory, "keys", "tls"), {
    "server.crt": tls.certificate,
    "server.key": tls.privateKey,
    "ca.crt": authority.tls.certificate,
  });
  mkdirSync(join(directory, "data"), { recursive: true });
  return { directory, identity, tls };
}

async function createOrderer(layout: Layout, authority: Authority, index: number): Promise<LoopbackOrderer> {
  const name = `orderer${index}`;
  const { directory, identity, tls } = await createNode(layout, authority, name, "orderer");
  const [port, adminPort, operationsPort] = [layout.takePort(), layout.takePort(), layout.takePort()];
  const client = await authority.issue("admin", "tls");
  const settings = settingsIn(directory, layout, buildOrdererConfig(authority.mspId));
  settings.General.ListenAddress = "127.0.0.1";
  settings.General.ListenPort = port;
  if (layout.evictionSuspicion !== undefined) settings.Consensus.EvictionSuspicion = layout.evictionSuspicion;
  settings.Admin.ListenAddress = `127.0.0.1:${adminPort}`;
  settings.Operations.ListenAddress = `127.0.0.1:${operationsPort}`;
  writeFiles(directory, { "orderer.yaml": stringify(settings) });
  return {
    process: nodeProcess(layout, directory, `${authority.name}/${name}`, "orderer", []),
    operationsPort,
    dataDirectory: join(directory, "data"),
    keysDirectory: join(directory, "keys"),
    address: {
      name: `${authority.name}/${name}`,
      mspId: authority.mspId,
      namespace: authority.name,
      pod: `${name}-0`,
      host: loopbackHost,
      port,
      tlsCaCertificates: authority.tls.certificate,
      adminPort,
      adminCertificate: client.certificate,
      adminPrivateKey: client.privateKey,
    },
    consenter: {
      host: loopbackHost,
      port,
      mspId: authority.mspId,
      clientTlsCertificate: tls.certificate,
      serverTlsCertificate: tls.certificate,
      identity: identity.certificate,
    },
  };
}

async function createOrderingPartner(
  layout: Layout,
  { name, mspId, orderers }: NonNullable<LoopbackFabricOptions["orderingPartners"]>[number],
): Promise<LoopbackOrderingPartner> {
  const authority = await Authority.create(name, mspId);
  return {
    name,
    msp: authority.msp,
    administrator: await authority.administrator(),
    orderers: await Promise.all(
      Array.from({ length: orderers }, (_, index) => createOrderer(layout, authority, index)),
    ),
  };
}

async function createOrganization(
  layout: Layout,
  { name, mspId, peers }: LoopbackFabricOptions["organizations"][number],
): Promise<LoopbackOrganization> {
  const authority = await Authority.create(name, mspId);
  const ports = Array.from({ length: peers }, () => layout.takePort());
  return {
    name,
    msp: authority.msp,
    ca: authority.signing,
    administrator: await authority.administrator(),
    peers: await Promise.all(ports.map((_, index) => createPeer(layout, authority, index, ports))),
  };
}

async function createPeer(
  layout: Layout,
  authority: Authority,
  index: number,
  organizationPorts: number[],
): Promise<LoopbackPeer> {
  const name = `peer${index}`;
  const { directory } = await createNode(layout, authority, name, "peer");
  const port = organizationPorts[index] ?? 0;
  const operationsPort = layout.takePort();
  const text = buildPeerConfig({
    id: `${name}.${authority.name}`,
    network: "loopback",
    mspId: authority.mspId,
    host: loopbackHost,
    bootstrap: organizationPorts.filter((other) => other !== port).map((other) => `${loopbackHost}:${other}`),
    stateDatabase: "goleveldb",
    version: "3.1.4",
    gatewayConcurrency: usualValues(layout.preset).gatewayConcurrency,
    settings: {
      ...presetPeerSettings({ preset: layout.preset, resources: { peer: { limits } } }),
      // Where nobody has a block's private data any more, a peer that reads the block again looks for it as long as this.
      "peer.gossip.pvtData.pullRetryThreshold": "2s",
    },
  });
  const settings = settingsIn(directory, layout, text);
  settings.peer.listenAddress = `127.0.0.1:${port}`;
  settings.peer.address = `${loopbackHost}:${port}`;
  settings.peer.chaincodeListenAddress = `127.0.0.1:${layout.takePort()}`;
  settings.peer.gossip.endpoint = `${loopbackHost}:${port}`;
  settings.peer.gossip.externalEndpoint = `${loopbackHost}:${port}`;
  settings.operations.listenAddress = `127.0.0.1:${operationsPort}`;
  writeFiles(directory, { "core.yaml": stringify(settings) });
  return {
    process: nodeProcess(layout, directory, `${authority.name}/${name}`, "peer", ["node", "start"]),
    operationsPort,
    monitoring: await authority.issue("monitoring", "tls"),
    dataDirectory: join(directory, "data"),
    mspDirectory: join(directory, "keys", "msp"),
    address: {
      name: `${authority.name}/${name}`,
      mspId: authority.mspId,
      namespace: authority.name,
      pod: `${name}-0`,
      host: loopbackHost,
      port,
      tlsCaCertificates: authority.tls.certificate,
    },
  };
}

/** Parts of the settings files with a node's listen addresses. */
interface NodeSettings {
  General: { ListenAddress: string; ListenPort: number };
  Admin: { ListenAddress: string };
  Operations: { ListenAddress: string };
  Consensus: { EvictionSuspicion?: string };
  peer: {
    listenAddress: string;
    address: string;
    chaincodeListenAddress: string;
    gossip: { endpoint: string; externalEndpoint: string };
  };
  operations: { listenAddress: string };
}

/** The settings of a pod, with its paths changed to the node's own folder. */
function settingsIn(directory: string, layout: Layout, text: string): NodeSettings {
  const moved = text
    .replaceAll(keysPath, join(directory, "keys"))
    .replaceAll(dataPath, join(directory, "data"))
    .replaceAll(builderPath, join(layout.directory, "ccaas_builder"));
  return parse(moved) as NodeSettings;
}

function nodeProcess(
  layout: Layout,
  directory: string,
  name: string,
  command: "peer" | "orderer",
  args: string[],
): ManagedProcess {
  return new ManagedProcess({
    name,
    command: join(layout.binaries, command),
    args,
    env: {
      FABRIC_CFG_PATH: directory,
      FABRIC_LOGGING_SPEC: usualValues(layout.preset).logging,
      HOME: directory,
      ...Object.fromEntries(
        presetVariables(layout.preset, limits).map(({ name: variable, value }) => [variable, value]),
      ),
    },
    logFile: join(directory, "log.txt"),
  });
}

/** Links the builder under the name of each step, by which it knows what to do. */
function linkBuilder({ directory, binaries }: LoopbackFabricOptions): void {
  const bin = join(directory, "ccaas_builder", "bin");
  mkdirSync(bin, { recursive: true });
  for (const step of ["detect", "build", "release"]) symlinkSync(join(binaries, "ccaas-builder"), join(bin, step));
}
