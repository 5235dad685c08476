import { parseQuantity } from "../../../config";

/** Size of a claim: the wanted size, or `minimum` if it is larger. */
export function claimSize(wanted: string, minimum: string | undefined): string {
  const least = parseQuantity(minimum ?? "");
  const asked = parseQuantity(wanted);
  return minimum !== undefined && least !== undefined && asked !== undefined && asked < least ? minimum : wanted;
}
