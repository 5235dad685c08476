/** Secrets that stand in a stack file in the clear. */
import { problem, type Problem } from "../lib/problem";
import type { Config } from "./parse";

/**
 * Warnings of secrets in the clear. The program keeps them secret from there on, but whoever reads the file has them.
 *
 * @param secretKeys Config keys of the stack that were set with `--secret`, without the project.
 */
export function warnPlainSecrets(config: Config, secretKeys: readonly string[]): Problem[] {
  return [...plainKeys(config, secretKeys), ...plainKubeconfig(config, secretKeys)];
}

const because = "it stands in the stack file in the clear";

function plainKeys({ network }: Config, secretKeys: readonly string[]): Problem[] {
  if (network.type !== "ethereum" || secretKeys.includes("network")) return [];
  const { validators, bootnodes, faucet } = network.ethereum;
  const owners = [
    ...validators.map(({ privateKey }, index) => ({ privateKey, at: `validators[${index}]` })),
    ...bootnodes.map(({ privateKey }, index) => ({ privateKey, at: `bootnodes[${index}]` })),
    { privateKey: faucet?.privateKey, at: "faucet" },
  ];
  const should = "be set with `pulumi config set --secret --path`";
  return owners.flatMap(({ privateKey, at }) =>
    privateKey === undefined ? [] : [problem({ path: `network.ethereum.${at}.privateKey`, should, because })],
  );
}

function plainKubeconfig({ cluster }: Config, secretKeys: readonly string[]): Problem[] {
  if (cluster.vendor !== "existing" || cluster.kubeconfig.from !== "secret") return [];
  const { key } = cluster.kubeconfig;
  if (secretKeys.includes(key)) return [];
  const should = `be set with \`pulumi config set --secret ${key} < kubeconfig.yaml\``;
  return [problem({ path: key, should, because })];
}
