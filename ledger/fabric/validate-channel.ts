/** Whether a channel can be built as described, and whether a live channel can become another. */
import { isIP } from "node:net";
import { describeCertificate } from "./certificate-description";
import type {
  BatchSettings,
  ChannelConfig,
  Consenter,
  HostPort,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "./channel-config";
import { canonicalCertificate } from "./pem";
import { quote, type Problem } from "./problem";
import { validateChannelId, validateDuration, validateMspId, validateOrganizationName } from "./validate-names";

/** Host names as URLs and certificates have them; underscores occur inside clusters. */
const HOST = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i;
const MAX_PORT = 65535;
/** Largest value of the protobuf type uint32. */
const MAX_UINT32 = 0xffffffff;
/** Fabric's capability names, for example `V2_5`. */
const CAPABILITY = /^V\d+_\d+(_\d+)?$/;
const BFT_CHANNEL_CAPABILITY = "V3_0";

/** All reasons why no channel can be built from `config`. */
export function validateChannelConfig(config: ChannelConfig, path: string): Problem[] {
  return [
    ...validateChannelId(config.channelId, `${path}.channelId`),
    ...notEmpty(config.ordererOrganizations, `${path}.ordererOrganizations`, "an ordering service needs one"),
    ...notEmpty(config.consenters, `${path}.consenters`, "a channel needs one to exist"),
    ...each(config.ordererOrganizations, `${path}.ordererOrganizations`, validateOrdererOrganization),
    ...each(config.peerOrganizations, `${path}.peerOrganizations`, validatePeerOrganization),
    ...validateMemberships(config, path),
    ...each(config.consenters, `${path}.consenters`, validateConsenter),
    ...validateConsenterSet(config, path),
    ...validateBatch(config.batch, `${path}.batch`),
    ...validateCapabilities(config, `${path}.capabilities`),
  ];
}

/** All reasons why the channel `previous` cannot become `next` by config updates. */
export function validateChannelChange(previous: ChannelConfig, next: ChannelConfig, path: string): Problem[] {
  return [
    ...unchanged(previous.channelId, next.channelId, `${path}.channelId`, "a channel keeps its name for life"),
    ...unchanged(
      previous.consensus,
      next.consensus,
      `${path}.consensus`,
      "a change of consensus needs Fabric's migration procedure",
    ),
    ...keptMspIds(previous.ordererOrganizations, next.ordererOrganizations, `${path}.ordererOrganizations`),
    ...keptMspIds(previous.peerOrganizations, next.peerOrganizations, `${path}.peerOrganizations`),
  ];
}

function validateOrdererOrganization(organization: OrdererOrganization, path: string): Problem[] {
  return [
    ...validateOrganizationName(organization.name, `${path}.name`),
    ...validateMsp(organization.msp, `${path}.msp`),
    ...notEmpty(organization.endpoints, `${path}.endpoints`, "clients find the orderers by them"),
    ...validateAddresses(organization.endpoints, `${path}.endpoints`),
  ];
}

function validatePeerOrganization(organization: PeerOrganization, path: string): Problem[] {
  return [
    ...validateOrganizationName(organization.name, `${path}.name`),
    ...validateMsp(organization.msp, `${path}.msp`),
    ...validateAddresses(organization.anchorPeers, `${path}.anchorPeers`),
  ];
}

function validateMsp(msp: OrganizationMsp, path: string): Problem[] {
  return [
    ...validateMspId(msp.mspId, `${path}.mspId`),
    ...notEmpty(msp.caCertificates, `${path}.caCertificates`, "identities are checked against it"),
    ...notEmpty(msp.tlsCaCertificates, `${path}.tlsCaCertificates`, "connections are checked against it"),
    ...validateAuthorities(msp.caCertificates, `${path}.caCertificates`),
    ...validateAuthorities(msp.intermediateCaCertificates ?? [], `${path}.intermediateCaCertificates`),
    ...validateAuthorities(msp.tlsCaCertificates, `${path}.tlsCaCertificates`),
  ];
}

function validateAuthorities(certificates: string[], path: string): Problem[] {
  const unreadable = each(certificates, path, validateCertificate);
  if (unreadable.length > 0) {
    return unreadable;
  }
  return [
    ...certificates.flatMap((certificate, index) =>
      describeCertificate(certificate).isCa
        ? []
        : [
            {
              path: `${path}[${index}]`,
              message: `(${describeCertificate(certificate).subject}) is no certificate authority`,
            },
          ],
    ),
    ...duplicates(certificates.map(canonicalCertificate), path, (index) => `is the same certificate as [${index}]`),
  ];
}

function validateCertificate(pem: string, path: string): Problem[] {
  try {
    canonicalCertificate(pem);
    return [];
  } catch (error) {
    return [{ path, message: error instanceof Error ? error.message : String(error) }];
  }
}

/** Names and MSP ids across organisations: unique in a section, and one MSP id means one MSP in both sections. */
function validateMemberships(config: ChannelConfig, path: string): Problem[] {
  const sections = [
    ["ordererOrganizations", config.ordererOrganizations],
    ["peerOrganizations", config.peerOrganizations],
  ] as const;
  const unique = sections.flatMap(([section, organizations]) => [
    ...duplicates(
      organizations.map(({ name }) => name),
      `${path}.${section}`,
      (first, name) => `has the name ${quote(name)} of [${first}]`,
    ),
    ...duplicates(
      organizations.map(({ msp }) => msp.mspId),
      `${path}.${section}`,
      (first, mspId) => `has the MSP id ${quote(mspId)} of [${first}]`,
    ),
  ]);
  const shared = config.peerOrganizations.flatMap(({ msp }, index) => {
    const twin = config.ordererOrganizations.find((organization) => organization.msp.mspId === msp.mspId);
    return twin === undefined || sameMsp(twin.msp, msp)
      ? []
      : [
          {
            path: `${path}.peerOrganizations[${index}].msp`,
            message: `differs from the MSP of orderer organisation ${twin.name}, which has the same MSP id ${quote(msp.mspId)}`,
          },
        ];
  });
  return [...unique, ...shared];
}

function sameMsp(a: OrganizationMsp, b: OrganizationMsp): boolean {
  const trimmed = (msp: OrganizationMsp): string =>
    JSON.stringify(
      [msp.caCertificates, msp.intermediateCaCertificates ?? [], msp.tlsCaCertificates].map((list) =>
        list.map((pem) => pem.trim()),
      ),
    );
  return trimmed(a) === trimmed(b);
}

function validateConsenter(consenter: Consenter, path: string): Problem[] {
  return [
    ...validateAddress(consenter, path),
    ...validateCertificate(consenter.clientTlsCertificate, `${path}.clientTlsCertificate`),
    ...validateCertificate(consenter.serverTlsCertificate, `${path}.serverTlsCertificate`),
  ];
}

function validateConsenterSet(config: ChannelConfig, path: string): Problem[] {
  const addresses = config.consenters.map(addressText);
  const clientCertificates = config.consenters.map(({ clientTlsCertificate }) => clientTlsCertificate.trim());
  const problems = [
    ...duplicates(addresses, `${path}.consenters`, (first, address) => `has the address ${address} of [${first}]`),
    ...duplicates(
      clientCertificates,
      `${path}.consenters`,
      (first) => `has the client TLS certificate of [${first}]; Fabric tells consenters apart by it`,
    ),
  ];
  return config.consensus === "BFT" ? [...problems, ...validateBftIdentities(config, path)] : problems;
}

function validateBftIdentities(config: ChannelConfig, path: string): Problem[] {
  const mspIds = config.ordererOrganizations.map(({ msp }) => msp.mspId);
  return config.consenters.flatMap((consenter, index) => [
    ...(mspIds.includes(consenter.mspId)
      ? []
      : [
          {
            path: `${path}.consenters[${index}].mspId`,
            message: `${quote(consenter.mspId)} is no orderer organisation's; expected one of ${mspIds.join(", ")}`,
          },
        ]),
    ...validateCertificate(consenter.identity, `${path}.consenters[${index}].identity`),
  ]);
}

function validateBatch(batch: BatchSettings, path: string): Problem[] {
  const counts = (["maxMessageCount", "absoluteMaxBytes", "preferredMaxBytes"] as const).flatMap((field) =>
    Number.isInteger(batch[field]) && batch[field] > 0 && batch[field] <= MAX_UINT32
      ? []
      : [{ path: `${path}.${field}`, message: `${batch[field]} is not a whole number from 1 to ${MAX_UINT32}` }],
  );
  const order =
    batch.preferredMaxBytes > batch.absoluteMaxBytes
      ? [
          {
            path: `${path}.preferredMaxBytes`,
            message: `${batch.preferredMaxBytes} is more than absoluteMaxBytes ${batch.absoluteMaxBytes}`,
          },
        ]
      : [];
  return [...validateDuration(batch.timeout, `${path}.timeout`), ...counts, ...order];
}

function validateCapabilities(config: ChannelConfig, path: string): Problem[] {
  const names = (["channel", "orderer", "application"] as const).flatMap((level) =>
    CAPABILITY.test(config.capabilities[level])
      ? []
      : [
          {
            path: `${path}.${level}`,
            message: `${quote(config.capabilities[level])} is not a capability level; write for example "V2_0"`,
          },
        ],
  );
  const bft =
    config.consensus === "BFT" && config.capabilities.channel !== BFT_CHANNEL_CAPABILITY
      ? [
          {
            path: `${path}.channel`,
            message: `is ${quote(config.capabilities.channel)}; consensus BFT needs "${BFT_CHANNEL_CAPABILITY}"`,
          },
        ]
      : [];
  return [...names, ...bft];
}

function validateAddresses(addresses: HostPort[], path: string): Problem[] {
  return [
    ...each(addresses, path, validateAddress),
    ...duplicates(addresses.map(addressText), path, (first, address) => `is ${address}, as [${first}]`),
  ];
}

function validateAddress({ host, port }: HostPort, path: string): Problem[] {
  const isHost = HOST.test(host) || isIP(host) === 4;
  return [
    ...(isHost ? [] : [{ path: `${path}.host`, message: `${quote(host)} is not a host name` }]),
    ...(Number.isInteger(port) && port > 0 && port <= MAX_PORT
      ? []
      : [{ path: `${path}.port`, message: `${port} is not a port; write 1 to ${MAX_PORT}` }]),
  ];
}

function addressText({ host, port }: HostPort): string {
  return `${host}:${port}`;
}

function keptMspIds(
  previous: (OrdererOrganization | PeerOrganization)[],
  next: (OrdererOrganization | PeerOrganization)[],
  path: string,
): Problem[] {
  return next.flatMap((organization, index) => {
    const before = previous.find(({ name }) => name === organization.name);
    return before === undefined
      ? []
      : unchanged(
          before.msp.mspId,
          organization.msp.mspId,
          `${path}[${index}].msp.mspId`,
          "Fabric fixes it; add the organisation under another name",
        );
  });
}

function unchanged(previous: string, next: string, path: string, reason: string): Problem[] {
  return previous === next
    ? []
    : [{ path, message: `cannot change from ${quote(previous)} to ${quote(next)}: ${reason}` }];
}

function each<T>(items: T[], path: string, validate: (item: T, path: string) => Problem[]): Problem[] {
  return items.flatMap((item, index) => validate(item, `${path}[${index}]`));
}

function notEmpty(items: unknown[], path: string, reason: string): Problem[] {
  return items.length === 0 ? [{ path, message: `is empty; ${reason}` }] : [];
}

function duplicates(values: string[], path: string, message: (firstIndex: number, value: string) => string): Problem[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first < index ? [{ path: `${path}[${index}]`, message: message(first, value) }] : [];
  });
}
