import { canonicalJson, parseAsset, parseKey, parseWholeNumber, type Asset, type AssetText } from "./asset";
import { readAll, type Entry, type WorldState } from "./world-state";

/** Object type of the composite keys `owner, id` that find the assets of an owner. */
const ownerIndex = "owner~id";

/** Value of an index entry. Only its key carries meaning, but the ledger takes an empty value for a deletion. */
const indexValue = Uint8Array.of(0);

/** Largest page a client may ask for. A page is one message, and the peer's own limit of a query is 100000 entries. */
const maxPageSize = 1000;

/** One page of assets. */
export interface AssetPage {
  assets: Asset[];
  /** Bookmark of the next page; empty after the last page. */
  bookmark: string;
}

/**
 * The assets of a channel: the rules of the chaincode, on a world state.
 *
 * Each asset is stored under its ID, and once more as an entry of the owner index.
 */
export class AssetRegister {
  constructor(private readonly state: WorldState) {}

  /** @throws {Error} when a value is bad or the asset exists already. */
  async create(text: AssetText): Promise<Asset> {
    const asset = parseAsset(text);
    if (await this.exists(asset.ID)) throw new Error(`asset ${asset.ID} exists already`);
    await this.store(asset);
    return asset;
  }

  /** @throws {Error} when the asset does not exist. */
  async read(id: string): Promise<Asset> {
    const bytes = await this.state.getState(parseKey("id", id));
    if (bytes.length === 0) throw new Error(`asset ${id} does not exist`);
    return decode(bytes);
  }

  /** Replaces every field but the ID. @throws {Error} when a value is bad or the asset does not exist. */
  async update(text: AssetText): Promise<Asset> {
    const asset = parseAsset(text);
    await this.replace(await this.read(asset.ID), asset);
    return asset;
  }

  /** Gives the asset a new owner and returns the old one. @throws {Error} when the asset does not exist. */
  async transfer(id: string, newOwner: string): Promise<string> {
    const asset = await this.read(id);
    await this.replace(asset, { ...asset, Owner: parseKey("newOwner", newOwner) });
    return asset.Owner;
  }

  /** @throws {Error} when the asset does not exist. */
  async delete(id: string): Promise<void> {
    const asset = await this.read(id);
    await this.state.deleteState(this.indexKey(asset));
    await this.state.deleteState(id);
  }

  async exists(id: string): Promise<boolean> {
    return (await this.state.getState(parseKey("id", id))).length > 0;
  }

  /** Every asset in order of ID. */
  async all(): Promise<Asset[]> {
    const entries = await readAll(await this.state.getStateByRange("", ""));
    return entries.map((entry) => decode(entry.value));
  }

  /** `pageSize` assets in order of ID, from `bookmark` on. Only for queries: Fabric cannot validate pages. */
  async page(pageSize: string, bookmark: string): Promise<AssetPage> {
    const { iterator, metadata } = await this.state.getStateByRangeWithPagination(
      "",
      "",
      pageSizeOf(pageSize),
      bookmark,
    );
    const entries = await readAll(iterator);
    return { assets: entries.map((entry) => decode(entry.value)), bookmark: metadata.bookmark };
  }

  /** Every asset of `owner` in order of ID. */
  async ofOwner(owner: string): Promise<Asset[]> {
    const attributes = [parseKey("owner", owner)];
    return this.indexed(await readAll(await this.state.getStateByPartialCompositeKey(ownerIndex, attributes)));
  }

  /** `pageSize` assets of `owner` in order of ID, from `bookmark` on. Only for queries: Fabric cannot validate pages. */
  async pageOfOwner(owner: string, pageSize: string, bookmark: string): Promise<AssetPage> {
    const { iterator, metadata } = await this.state.getStateByPartialCompositeKeyWithPagination(
      ownerIndex,
      [parseKey("owner", owner)],
      pageSizeOf(pageSize),
      bookmark,
    );
    return { assets: await this.indexed(await readAll(iterator)), bookmark: metadata.bookmark };
  }

  /** Looks up the assets of index entries. */
  private indexed(entries: Entry[]): Promise<Asset[]> {
    return Promise.all(entries.map((entry) => this.read(this.state.splitCompositeKey(entry.key).attributes[1] ?? "")));
  }

  private async replace(before: Asset, after: Asset): Promise<void> {
    if (before.Owner !== after.Owner) await this.state.deleteState(this.indexKey(before));
    await this.store(after);
  }

  private async store(asset: Asset): Promise<void> {
    await this.state.putState(asset.ID, Buffer.from(canonicalJson(asset)));
    await this.state.putState(this.indexKey(asset), indexValue);
  }

  private indexKey(asset: Asset): string {
    return this.state.createCompositeKey(ownerIndex, [asset.Owner, asset.ID]);
  }
}

function decode(bytes: Uint8Array): Asset {
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as Asset;
}

function pageSizeOf(value: string): number {
  return parseWholeNumber("pageSize", value, 1, maxPageSize);
}
