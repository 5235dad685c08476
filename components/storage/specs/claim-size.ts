import { parseQuantity } from "../../../config";

/** The size to ask for where volumes smaller than `minimum` cannot be had. */
export function claimSize(wanted: string, minimum: string | undefined): string {
  const least = parseQuantity(minimum ?? "");
  const asked = parseQuantity(wanted);
  return minimum !== undefined && least !== undefined && asked !== undefined && asked < least ? minimum : wanted;
}
