/**
 * Proves that a deployed network transacts: creates an asset through one organisation's gateway, transfers it, and after
 * each of the two transactions reads it back from every peer and through every gateway.
 *
 *     node -r ts-node/register samples/client/verify.ts --stack local-fabric
 *
 * Prints its steps and exits with 0, or prints one sentence and exits with 1. A network whose chaincode other companies have
 * yet to approve, or without one, has nothing to prove: it prints this and exits with 0.
 */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { alignColumns } from "../stack/columns";
import { sourceOf, sourceOptions } from "../stack/outputs";
import { TooLate, waitFor } from "../stack/waiting";
import { createAsset, firstDifference, parseAsset, type Asset } from "./assets";
import { chaincodeOf } from "./chaincode";
import { describeError, isOutcomeUnknown, isTransient } from "./errors";
import type { GatewayConnection } from "./gateway";
import { queryPeer, waitForBlock } from "./peer";
import { openStack, type Stack } from "./stack";
import { defaultPatience, evaluate, retry, submit, type Committed } from "./transaction";

/** A peer or gateway that answers queries. */
interface Reader {
  organization: string;
  /** `peer0`, or `gateway`. */
  node: string;
  /** Reads an asset once the peer has committed `block`. */
  read(id: string, block: bigint): Promise<Asset>;
}

/** Answers of one reader after the creation and after the transfer. */
interface Row {
  reader: Reader;
  owners: string[];
}

interface Verification {
  asset: Asset;
  creation: Committed;
  transfer: Committed;
  rows: Row[];
}

/** Runs the proof. @throws when a transaction fails or a reader's answer differs from the written asset. */
export async function verify(stack: Stack, chaincode: string): Promise<Verification> {
  const channel = stack.channelWith(chaincode);
  const connection = await stack.connectGateway(channel.organizations[0]!);
  const called = chaincodeOf(connection.gateway, channel.name, chaincode);
  const readers = await openReaders(stack, channel.organizations, channel.name, chaincode);

  const asset: Asset = { ID: `verify-${randomUUID()}`, Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
  const created = await mined(`the creation of asset ${asset.ID} on channel ${channel.name}`, () =>
    createAsset(called, asset),
  );
  if (created.outcome !== "created") throw new Error(`asset ${asset.ID} was there before it was created`);
  const rows: Row[] = readers.map((reader) => ({ reader, owners: [] }));
  await readEverywhere(rows, asset, created.transaction.blockNumber);

  const transferred: Asset = { ...asset, Owner: "Ben" };
  const transfer = await mined(`the transfer of asset ${asset.ID} on channel ${channel.name}`, () =>
    submit(called, { name: "TransferAsset", arguments: [asset.ID, transferred.Owner] }),
  );
  await readEverywhere(rows, transferred, transfer.blockNumber);
  return { asset, creation: created.transaction, transfer, rows };
}

/** Limit for a call that never answers. Longer than the limits inside the call, whose errors say more. */
const limitSeconds = defaultPatience.seconds + 60;

/** Waits for a transaction. Without one, the error has a hint about the orderers' leader. */
async function mined<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await waitFor(`a block with ${what}`, limitSeconds, work);
  } catch (error) {
    const isOpen = error instanceof TooLate || isOutcomeUnknown((error as Error).cause);
    const hint = isOpen ? "; while the channel's orderers have no leader, there are no blocks" : "";
    throw new Error(`${what} failed: ${describeError(error)}${hint}`, { cause: error });
  }
}

/** Every peer of every organisation, and every organisation's gateway. */
async function openReaders(
  stack: Stack,
  organizations: string[],
  channel: string,
  chaincode: string,
): Promise<Reader[]> {
  const perOrganization = organizations.map(async (organization) => {
    const peers = stack.organization(organization).peers.map(async ({ name }): Promise<Reader> => {
      const connection = await stack.connectPeer(organization, name);
      return { organization, node: name, read: readOfPeer(connection, channel, chaincode) };
    });
    const connection = await stack.connectGateway(organization);
    const gateway = { organization, node: "gateway", read: readOfGateway(connection, channel, chaincode) };
    return [...(await Promise.all(peers)), gateway];
  });
  return (await Promise.all(perOrganization)).flat();
}

function readOfPeer(connection: GatewayConnection, channel: string, chaincode: string): Reader["read"] {
  return (id, block) =>
    patiently(async () => {
      await waitForBlock(connection, channel, block);
      return parseAsset(await queryPeer(connection, channel, chaincode, { name: "ReadAsset", arguments: [id] }));
    });
}

function readOfGateway(connection: GatewayConnection, channel: string, chaincode: string): Reader["read"] {
  const { contract } = chaincodeOf(connection.gateway, channel, chaincode);
  return async (id, block) => {
    await patiently(() => waitForBlock(connection, channel, block));
    return parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [id] }));
  };
}

function patiently<T>(work: () => Promise<T>): Promise<T> {
  return retry(work, isTransient, defaultPatience, Date.now() + defaultPatience.seconds * 1000);
}

/** Reads the asset from every reader at once and notes its owner. */
async function readEverywhere(rows: Row[], expected: Asset, block: bigint): Promise<void> {
  await Promise.all(
    rows.map(async ({ reader, owners }) => {
      const where = `${reader.node} of ${reader.organization}`;
      const read = waitFor(`asset ${expected.ID} at ${where}`, limitSeconds, () => reader.read(expected.ID, block));
      const found = await read.catch((error: unknown) => {
        throw new Error(`reading asset ${expected.ID} from ${where} failed: ${describeError(error)}`, { cause: error });
      });
      const difference = firstDifference(expected, found);
      if (difference) throw new Error(`${where} has asset ${expected.ID} with ${difference}`);
      owners.push(found.Owner);
    }),
  );
}

function report(stack: Stack, chaincode: string, { asset, creation, transfer, rows }: Verification): string {
  const channel = stack.channelWith(chaincode);
  const cells = [
    ["organisation", "read from", "owner after create", "owner after transfer"],
    ...rows.map(({ reader, owners }) => [reader.organization, reader.node, ...owners]),
  ];
  return [
    `network ${stack.outputs.fabric.network}, channel ${channel.name}, chaincode ${chaincode}`,
    `asset ${asset.ID}, through the gateway of ${channel.organizations[0]}`,
    `  create    transaction ${creation.transactionId}  block ${creation.blockNumber}`,
    `  transfer  transaction ${transfer.transactionId}  block ${transfer.blockNumber}`,
    "",
    ...alignColumns(cells),
    "",
    `${rows.length} readers in ${channel.organizations.length} organisations agree.`,
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...sourceOptions("local-fabric"),
      chaincode: { type: "string", default: "asset-transfer" },
    },
  });
  const stack = await openStack(sourceOf(values));
  try {
    const notYet = stack.notYet(values.chaincode);
    if (notYet === undefined) console.log(report(stack, values.chaincode, await verify(stack, values.chaincode)));
    else console.log(`There is nothing to transact with yet: ${notYet}.`);
  } finally {
    await stack.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`verification failed: ${describeError(error)}`);
    // Exits at once, because a call without an answer would keep the process.
    process.exit(1);
  });
}
