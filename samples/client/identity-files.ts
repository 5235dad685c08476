/**
 * Folders with identities for Fabric's own programs, `peer` and `osnadmin`, on a stack's network:
 *
 *     node -r ts-node/register samples/client/identity-files.ts --stack local-fabric --to .local/identities
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { readStackOutputs, sourceOf, sourceOptions } from "../stack/outputs";

const identitySchema = z.object({ certificate: z.string(), privateKey: z.string() });

type Identity = z.infer<typeof identitySchema>;

const organizationSchema = z.object({
  mspId: z.string(),
  caCertificate: z.string(),
  gateway: z.object({ tlsCaCertificate: z.string() }),
  administrator: identitySchema,
  client: identitySchema,
  monitoringTls: identitySchema.optional(),
});

const ordererOrganizationSchema = z.object({
  mspId: z.string(),
  caCertificate: z.string(),
  tlsCaCertificate: z.string(),
  administrator: identitySchema,
  administratorTls: identitySchema,
  monitoringTls: identitySchema.optional(),
});

const outputsSchema = z.object({
  fabric: z.object({
    organizations: z.record(z.string(), organizationSchema),
    ordererOrganizations: z.record(z.string(), ordererOrganizationSchema),
  }),
});

export type IdentityOutputs = z.infer<typeof outputsSchema>["fabric"];

/** Signing settings, which `peer` reads only from its settings file. */
const peerSettings = "peer: { BCCSP: { Default: SW, SW: { Hash: SHA2, Security: 256 } } }\n";

/** Relative path -> text. Private keys are in `keystore/` and `*.key`. */
export function identityFiles({ organizations, ordererOrganizations }: IdentityOutputs): Record<string, string> {
  return {
    "core.yaml": peerSettings,
    ...inFolders(organizations, ({ gateway, administrator, client, monitoringTls, ...organization }) => {
      const authorities = { ...organization, tlsCaCertificate: gateway.tlsCaCertificate };
      return {
        ...mspFiles(authorities, { administrator, client }),
        ...tlsFiles({ monitoring: monitoringTls }),
        "tlsca.pem": authorities.tlsCaCertificate,
      };
    }),
    ...inFolders(ordererOrganizations, ({ administrator, administratorTls, monitoringTls, ...authorities }) => ({
      ...mspFiles(authorities, { administrator }),
      ...tlsFiles({ administrator: administratorTls, monitoring: monitoringTls }),
      "tlsca.pem": authorities.tlsCaCertificate,
    })),
  };
}

/** The files of each entry, in a folder with the entry's name. */
function inFolders<T>(entries: Record<string, T>, filesOf: (entry: T) => Record<string, string>) {
  const files = Object.entries(entries).flatMap(([folder, entry]) =>
    Object.entries(filesOf(entry)).map(([path, text]) => [`${folder}/${path}`, text] as const),
  );
  return Object.fromEntries(files);
}

/** Roles of Fabric's NodeOUs, which are the organisational units in certificates. */
const roles = ["client", "peer", "admin", "orderer"];

/** An MSP folder: https://hyperledger-fabric.readthedocs.io/en/latest/membership/membership.html#msp-structure */
function mspFiles(
  { caCertificate, tlsCaCertificate }: { caCertificate: string; tlsCaCertificate: string },
  identities: Record<string, Identity>,
): Record<string, string> {
  const authority = "cacerts/ca-00.pem";
  const units = roles.flatMap((role) => [
    `  ${role.charAt(0).toUpperCase()}${role.slice(1)}OUIdentifier:`,
    `    Certificate: ${authority}`,
    `    OrganizationalUnitIdentifier: ${role}`,
  ]);
  return inFolders(identities, ({ certificate, privateKey }) => ({
    [`msp/${authority}`]: caCertificate,
    "msp/tlscacerts/tlsca-00.pem": tlsCaCertificate,
    "msp/signcerts/cert-00.pem": certificate,
    "msp/keystore/key.pem": privateKey,
    "msp/config.yaml": ["NodeOUs:", "  Enable: true", ...units, ""].join("\n"),
  }));
}

function tlsFiles(identities: Record<string, Identity | undefined>): Record<string, string> {
  const there = Object.entries(identities).filter((entry): entry is [string, Identity] => entry[1] !== undefined);
  return inFolders(Object.fromEntries(there), ({ certificate, privateKey }) => ({
    "tls/client.crt": certificate,
    "tls/client.key": privateKey,
  }));
}

/** Writes files that only their owner may read, because some contain keys. */
function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
    // The mode above applies to new files only.
    chmodSync(file, 0o600);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...sourceOptions("local-fabric"),
      to: { type: "string", default: ".local/identities" },
    },
  });
  const { fabric } = await readStackOutputs(sourceOf(values), outputsSchema, "a running Fabric network");
  const files = identityFiles(fabric);
  write(values.to, files);
  console.log(`${Object.keys(files).length} files in ${values.to}/, private keys among them.`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
