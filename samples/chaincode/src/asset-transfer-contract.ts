// Context is imported as a value: the decorators recognise the context parameter by its class at run time.
import { Context, Contract, Info, Returns, Transaction } from "fabric-contract-api";
import { transactions } from "./activity";
import { canonicalJson } from "./asset";
import { AssetRegister } from "./asset-register";

/**
 * The transactions of the chaincode, which clients call by name with text arguments.
 *
 * Results are text: an asset or a page as JSON with sorted keys, a flag as `true` or `false`. `Transaction(false)`
 * marks queries: evaluate them, do not submit them.
 */
@Info({ title: "asset-transfer", description: "Assets with an owner, and what can be done with them." })
export class AssetTransferContract extends Contract {
  constructor() {
    super("AssetTransfer");
  }

  /** Creates an asset and returns it. */
  @Transaction()
  @Returns("string")
  async CreateAsset(
    ctx: Context,
    id: string,
    color: string,
    size: string,
    owner: string,
    appraisedValue: string,
  ): Promise<string> {
    return canonicalJson(await register(ctx).create({ id, color, size, owner, appraisedValue }));
  }

  /** Replaces every field of an asset but its ID, and returns it. */
  @Transaction()
  @Returns("string")
  async UpdateAsset(
    ctx: Context,
    id: string,
    color: string,
    size: string,
    owner: string,
    appraisedValue: string,
  ): Promise<string> {
    return canonicalJson(await register(ctx).update({ id, color, size, owner, appraisedValue }));
  }

  /** Gives an asset a new owner and returns the old one. */
  @Transaction()
  @Returns("string")
  async TransferAsset(ctx: Context, id: string, newOwner: string): Promise<string> {
    return register(ctx).transfer(id, newOwner);
  }

  /** Deletes an asset. */
  @Transaction()
  async DeleteAsset(ctx: Context, id: string): Promise<void> {
    await register(ctx).delete(id);
  }

  /** An asset by its ID. */
  @Transaction(false)
  @Returns("string")
  async ReadAsset(ctx: Context, id: string): Promise<string> {
    return canonicalJson(await register(ctx).read(id));
  }

  /** Whether an asset exists. */
  @Transaction(false)
  @Returns("boolean")
  async AssetExists(ctx: Context, id: string): Promise<boolean> {
    return register(ctx).exists(id);
  }

  /** Every asset, in order of ID. */
  @Transaction(false)
  @Returns("string")
  async GetAllAssets(ctx: Context): Promise<string> {
    return canonicalJson(await register(ctx).all());
  }

  /** A page of all assets: `{assets, bookmark}`. The first page has an empty bookmark. */
  @Transaction(false)
  @Returns("string")
  async GetAssetsPage(ctx: Context, pageSize: string, bookmark: string): Promise<string> {
    return canonicalJson(await register(ctx).page(pageSize, bookmark));
  }

  /** Every asset of an owner, in order of ID. */
  @Transaction(false)
  @Returns("string")
  async QueryAssetsByOwner(ctx: Context, owner: string): Promise<string> {
    return canonicalJson(await register(ctx).ofOwner(owner));
  }

  /** A page of an owner's assets: `{assets, bookmark}`. The first page has an empty bookmark. */
  @Transaction(false)
  @Returns("string")
  async QueryAssetsByOwnerPage(ctx: Context, owner: string, pageSize: string, bookmark: string): Promise<string> {
    return canonicalJson(await register(ctx).pageOfOwner(owner, pageSize, bookmark));
  }

  /** Counts every transaction as activity, so that the server can finish those in progress before it stops. */
  override aroundTransaction(...args: Parameters<Contract["aroundTransaction"]>): Promise<void> {
    return transactions.during(() => super.aroundTransaction(...args));
  }
}

function register(ctx: Context): AssetRegister {
  return new AssetRegister(ctx.stub);
}
