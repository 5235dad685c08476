import type { Chaincode } from "./chaincode";
import { isRefusal } from "./errors";
import { evaluate, submit, type Committed } from "./transaction";

/** An asset in the form of the sample chaincode. */
export interface Asset {
  AppraisedValue: number;
  Color: string;
  ID: string;
  Owner: string;
  Size: number;
}

/** Result of `createAsset`. */
export type Creation = { outcome: "created"; transaction: Committed } | { outcome: "exists already, equal" };

/**
 * Creates an asset. Can be repeated.
 *
 * An earlier attempt whose answer was lost may have been committed. The chaincode then refuses the next attempt, and a
 * comparison with the asset on the ledger shows whether the earlier one was ours.
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
