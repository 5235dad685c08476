import { FetchRequest, JsonRpcProvider } from "ethers";
import { z } from "zod";
import { forwarder, type Route } from "../stack/forward";
import { nameOf, readStackOutputs, type OutputsSource } from "../stack/outputs";

const nodeSchema = z.object({ name: z.string(), pod: z.string() });

const ethereumSchema = z.object({
  network: z.string(),
  namespace: z.string(),
  client: z.string(),
  chainId: z.number(),
  freeGas: z.boolean(),
  genesisHash: z.string(),
  validators: z.array(nodeSchema.extend({ address: z.string(), enode: z.string() })),
  rpc: z.object({ httpUrl: z.string(), wsUrl: z.string(), nodes: z.array(nodeSchema) }),
  rpcPort: z.number(),
});

/** The outputs of an Ethereum stack that a client needs. */
const outputsSchema = z.object({
  kubeconfig: z.string(),
  ethereum: ethereumSchema,
  /** An account with ether. */
  faucet: z.object({ address: z.string(), privateKey: z.string() }).optional(),
});

export type StackOutputs = z.infer<typeof outputsSchema>;
export type NodeOutput = z.infer<typeof nodeSchema>;

/** Longest wait for one answer. A connection to a pod that has ended gives no answer, and the default is 300 s. */
const answerMs = 10_000;

/** A deployed Ethereum stack, for its clients. */
export class Stack {
  private readonly routes: Promise<Route>[] = [];
  private readonly providers: JsonRpcProvider[] = [];

  constructor(
    readonly name: string,
    readonly outputs: StackOutputs,
    private readonly forward = forwarder(outputs.kubeconfig),
  ) {}

  /**
   * The RPC nodes through their Service, the path of applications. Where the Service has only a name inside the cluster,
   * the first RPC node by port-forward.
   */
  async rpc(): Promise<JsonRpcProvider> {
    const { httpUrl, nodes } = this.outputs.ethereum.rpc;
    const [first] = nodes;
    return isClusterName(httpUrl) && first !== undefined ? this.node(first) : this.connect(httpUrl);
  }

  /** One node, by port-forward to its pod; also a node that serves no application. */
  async node({ pod }: NodeOutput): Promise<JsonRpcProvider> {
    const { namespace, rpcPort } = this.outputs.ethereum;
    const route = this.forward(namespace, [pod], rpcPort);
    this.routes.push(route);
    const { host, port } = await route;
    return this.connect(`http://${host}:${port}`);
  }

  /** Closes every connection and its port-forward. */
  async close(): Promise<void> {
    this.providers.splice(0).forEach((provider) => provider.destroy());
    const opened = await Promise.allSettled(this.routes.splice(0));
    await Promise.all(opened.flatMap((route) => (route.status === "fulfilled" ? [route.value.close()] : [])));
  }

  private connect(url: string): JsonRpcProvider {
    const { chainId } = this.outputs.ethereum;
    const request = new FetchRequest(url);
    request.timeout = answerMs;
    const provider = new JsonRpcProvider(request, chainId, {
      staticNetwork: true,
      pollingInterval: 250,
      cacheTimeout: -1,
    });
    this.providers.push(provider);
    return provider;
  }
}

/** Whether a URL has a Service's name inside the cluster, `<service>.<namespace>.svc...`. */
function isClusterName(url: string): boolean {
  return /\.svc(\.|$)/.test(new URL(url).hostname);
}

/**
 * Reads a stack's outputs.
 *
 * @throws when the stack cannot be read or its outputs are not those of an Ethereum network.
 */
export async function openStack(source: OutputsSource): Promise<Stack> {
  return new Stack(nameOf(source), await readStackOutputs(source, outputsSchema, "a running Ethereum network"));
}
