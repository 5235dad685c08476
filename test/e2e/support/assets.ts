/** Assets that end-to-end tests write into Fabric networks and read back, as a client. */
import assert from "node:assert/strict";
import { createAsset, parseAsset, type Asset } from "../../../samples/client/assets";
import { chaincodeOf } from "../../../samples/client/chaincode";
import { runLoad, type LoadResult } from "../../../samples/client/load";
import { openStack, type Stack } from "../../../samples/client/stack";
import { evaluate } from "../../../samples/client/transaction";
import { verify } from "../../../samples/client/verify";

/** Transactions in progress at any time. */
const loadClients = 4;

/** Assets of the sample chaincode. None of them may be lost. */
export class Assets {
  private readonly written: Asset[] = [];

  /** @param prefix Begin of their IDs, which no others have. */
  constructor(
    private readonly stackName: string,
    private readonly chaincode: string,
    private readonly prefix = "e2e",
  ) {}

  /** Runs `work` as a client of the network, and closes the connections afterwards. */
  async asClient<T>(work: (client: Stack) => Promise<T>): Promise<T> {
    const client = await openStack(this.stackName);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Writes assets through the gateway of `organization`, one after the other. */
  async write(organization: string, count = 1): Promise<void> {
    await this.asClient(async (client) => {
      const channel = client.channelWith(this.chaincode);
      const { gateway } = await client.connectGateway(organization);
      const chaincode = chaincodeOf(gateway, channel.name, this.chaincode);
      for (let index = 0; index < count; index++) {
        const assetId = `${this.prefix}-${this.written.length}`;
        const asset: Asset = { ID: assetId, Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
        await createAsset(chaincode, asset);
        this.written.push(asset);
      }
    });
  }

  /** Reads every written asset through the gateway of each organisation. */
  async readAll(): Promise<void> {
    await this.asClient(async (client) => {
      const channel = client.channelWith(this.chaincode);
      for (const organization of channel.organizations) {
        const { gateway } = await client.connectGateway(organization);
        const { contract } = chaincodeOf(gateway, channel.name, this.chaincode);
        for (const asset of this.written) {
          const found = parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [asset.ID] }));
          assert.deepEqual(found, asset, `asset ${asset.ID} through the gateway of ${organization}`);
        }
      }
    });
  }

  /**
   * Sends transactions until `work` is over, each again until its outcome is known.
   *
   * @returns the load of each second; the IDs in it are those whose commit was acknowledged
   */
  async underLoad(organization: string, work: () => Promise<void>): Promise<LoadResult[]> {
    return this.asClient(async (client) => {
      const { gateway } = await client.connectGateway(organization);
      const chaincode = chaincodeOf(gateway, client.channelWith(this.chaincode).name, this.chaincode);
      const results: LoadResult[] = [];
      let isOver = false;
      const load = async (): Promise<void> => {
        while (!isOver) results.push(await runLoad({ chaincode, clients: loadClients, seconds: 1, resubmit: true }));
      };
      const worked = work().finally(() => (isOver = true));
      await Promise.all([worked, load()]);
      return results;
    });
  }

  /** Reads every asset that a load created, through the gateway of `organization`. @returns their number */
  async readLoad(organization: string, load: readonly LoadResult[]): Promise<number> {
    const created = load.flatMap((each) => each.created);
    await this.asClient(async (client) => {
      const { gateway } = await client.connectGateway(organization);
      const { contract } = chaincodeOf(gateway, client.channelWith(this.chaincode).name, this.chaincode);
      for (const id of created) await evaluate(contract, { name: "ReadAsset", arguments: [id] });
    });
    return created.length;
  }

  /**
   * Sends transactions until `work` is over, and reads each of them through the gateway of another organisation.
   *
   * @throws AssertionError with the kinds of errors, if a transaction failed
   */
  async wholeUnderLoad(work: () => Promise<unknown>): Promise<void> {
    const load = await this.underLoad("org1", async () => void (await work()));
    assert.deepEqual(
      load.flatMap(({ errorKinds }) => Object.entries(errorKinds)),
      [],
    );
    const count = await this.readLoad("org2", load);
    assert.ok(count > 0);
    console.log(`      ${count} transactions were committed meanwhile, none failed`);
  }

  /** Runs the proof of the sample client. Returns the peers and gateways that read its asset. */
  async verify(): Promise<{ organization: string; node: string }[]> {
    const { rows } = await this.asClient((client) => verify(client, this.chaincode));
    return rows.map(({ reader }) => reader);
  }
}
