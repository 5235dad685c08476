import type { Chaincode } from "./chaincode";
import { isRefusal } from "./errors";
import { evaluate, submit, type Committed } from "./transaction";

/** An asset as the sample chaincode stores it. */
export interface Asset {
  AppraisedValue: number;
  Color: string;
  ID: string;
  Owner: string;
  Size: number;
}

/** What `createAsset` did. */
export type Creation = { outcome: "created"; transaction: Committed } | { outcome: "exists already, equal" };

/**
 * Creates an asset, any number of times.
 *
 * An earlier attempt whose answer never came back can have been committed; then the chaincode refuses the next one.
 * The asset on the ledger tells whether it is ours.
 *
 * @throws when an asset of that ID with other values exists.
 */
export async function createAsset(chaincode: Chaincode, asset: Asset): Promise<Creation> {
  const values = [asset.ID, asset.Color, String(asset.Size), asset.Owner, String(asset.AppraisedValue)];
  try {
    return { outcome: "created", transaction: await submit(chaincode, { name: "CreateAsset", arguments: values }) };
  } catch (error) {
    if (!isRefusal(error, "exists already")) throw error;
  }
  const found = parseAsset(await evaluate(chaincode.contract, { name: "ReadAsset", arguments: [asset.ID] }));
  const difference = firstDifference(asset, found);
  if (difference) throw new Error(`asset ${asset.ID} exists already with another ${difference}`);
  return { outcome: "exists already, equal" };
}

export function parseAsset(json: string): Asset {
  return JSON.parse(json) as Asset;
}

/** First field in which two assets differ, with both values, or undefined when they are equal. */
export function firstDifference(expected: Asset, found: Asset): string | undefined {
  const fields = ["ID", "Owner", "Color", "Size", "AppraisedValue"] as const;
  const field = fields.find((name) => expected[name] !== found[name]);
  return field && `${field}: "${found[field]}" instead of "${expected[field]}"`;
}
