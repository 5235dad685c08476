/** What the end-to-end tests write into Fabric networks, as a client of theirs, and read back. */
import assert from "node:assert/strict";
import { createAsset, parseAsset, type Asset } from "../../../samples/client/assets";
import { chaincodeOf } from "../../../samples/client/chaincode";
import { openStack, type Stack } from "../../../samples/client/stack";
import { evaluate } from "../../../samples/client/transaction";
import { verify } from "../../../samples/client/verify";

/** Assets of the sample chaincode, of which none may ever get lost. */
export class Assets {
  private readonly written: Asset[] = [];

  constructor(
    private readonly stackName: string,
    private readonly chaincode: string,
  ) {}

  /** Runs `work` as a client of the network, with connections that do not outlive it. */
  async asClient<T>(work: (client: Stack) => Promise<T>): Promise<T> {
    const client = await openStack(this.stackName);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Writes more assets through the gateway of `organization`, one after the other. */
  async write(organization: string, count = 1): Promise<void> {
    await this.asClient(async (client) => {
      const channel = client.channelWith(this.chaincode);
      const { gateway } = await client.connectGateway(organization);
      const chaincode = chaincodeOf(gateway, channel.name, this.chaincode);
      for (let index = 0; index < count; index++) {
        const ID = `e2e-${this.written.length}`;
        const asset: Asset = { ID, Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
        await createAsset(chaincode, asset);
        this.written.push(asset);
      }
    });
  }

  /** Reads every asset ever written back through the gateway of each organisation. */
  async readAll(): Promise<void> {
    await this.asClient(async (client) => {
      const channel = client.channelWith(this.chaincode);
      for (const organization of channel.organizations) {
        const { gateway } = await client.connectGateway(organization);
        const contract = gateway.getNetwork(channel.name).getContract(this.chaincode);
        for (const asset of this.written) {
          const found = parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [asset.ID] }));
          assert.deepEqual(found, asset, `asset ${asset.ID} through the gateway of ${organization}`);
        }
      }
    });
  }

  /** A transaction of the sample client, read back from every peer and through every gateway: who read it. */
  async verify(): Promise<{ organization: string; node: string }[]> {
    const { rows } = await this.asClient((client) => verify(client, this.chaincode));
    return rows.map(({ reader }) => reader);
  }
}
