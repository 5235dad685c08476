/** Applications of a company, which reach its gateway as its clients. */
import { outputsSchema } from "../../samples/client/outputs";
import { Stack } from "../../samples/client/stack";
import type { Company } from "./company";

/** Runs `work` as a client of the company, and closes the connections afterwards. */
export async function asClientOf<T>({ stack }: Company, work: (client: Stack) => Promise<T>): Promise<T> {
  const client = new Stack(stack.stack.name, outputsSchema.parse(stack.outputs()));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
