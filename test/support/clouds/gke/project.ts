/** The single project of the stand-in Google Cloud. */
import { text } from "../cloud-style";
import type { Draft } from "../resource-type";

export const projectNumber = "123456789012";

export function projectOf({ inputs, account }: Pick<Draft, "inputs" | "account">): string {
  return text(inputs.project) || text(account.project);
}

export function selfLink({ id }: Pick<Draft, "id">): string {
  return `https://www.googleapis.com/compute/v1/${id}`;
}
