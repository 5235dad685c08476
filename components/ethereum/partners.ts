/** Other companies with validators on the chain, and the ways to those on which this stack agreed. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { PartnerChainConfig } from "../../config";
import { checksumAddress, publicKeyAddress } from "../../ledger/ethereum/address";
import { parseEnode, validateEnode } from "../../ledger/ethereum/enode";
import { fromHex } from "../../ledger/ethereum/hex";
import { problem } from "../../lib/problem";
import type { Args, PartnerValidator } from "../../provider/sdk";
import { stackOutputs } from "./stack-outputs";

/** Longest enode URL: the key, and a host of at most 253 characters. */
const enodeLength = 450;

/** Outputs of a network about its validators; part of {@link EthereumOutputs}. Messages quote addresses and URLs. */
const schema = z.object({
  validators: z
    .array(
      z.object({
        address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
        enode: z.string().max(enodeLength),
        /** Name outside of the cluster, where the validators have one. */
        publicEnode: z.string().max(enodeLength).optional(),
      }),
    )
    .max(1000),
});

type PublishedValidators = z.infer<typeof schema>;

export interface Partners {
  /** Validators for which this stack votes. */
  validators: Args<PartnerValidator>[];
  /** Enode URLs of those whose owner tells them. */
  enodes: pulumi.Output<string[]>;
}

const base = "network.ethereum.partners";

/**
 * Reads what partners publish. Nothing of it counts but hosts and ports of the validators that the stack file names: a
 * node's public key has to be that of an agreed address.
 *
 * @throws {pulumi.RunError} when a partner does not publish an agreed validator
 */
export function readPartners(configs: readonly PartnerChainConfig[], parent: pulumi.Resource): Partners {
  const enodes = configs.map((config, index) => {
    const path = `${base}[${index}]`;
    if (config.from === undefined) return pulumi.output<string[]>([]);
    return stackOutputs(schema, config.from, `${path}.from`, parent).apply((published) =>
      config.validators.map((address, at) => enodeOf(published, address, config, `${path}.validators[${at}]`)),
    );
  });
  return {
    validators: configs.flatMap(({ name: partner, validators }) =>
      validators.map((address) => ({ partner, address: checksumAddress(address) })),
    ),
    enodes: pulumi.all(enodes).apply((lists) => lists.flat()),
  };
}

function enodeOf(
  { validators }: PublishedValidators,
  given: string,
  { name }: PartnerChainConfig,
  path: string,
): string {
  const address = checksumAddress(given);
  const found = validators.find((each) => each.address.toLowerCase() === address.toLowerCase());
  if (found === undefined) {
    const must = `be one of the validators that ${name} publishes: ${validators.map((each) => each.address).join(", ") || "(there are none)"}`;
    const hint = "One that has left is taken out of the list, by which this stack votes it out";
    throw refusal(path, given, must, hint);
  }
  const enode = found.publicEnode ?? found.enode;
  const wrong = validateEnode(enode, path)[0];
  if (wrong !== undefined) throw new pulumi.RunError(`${path}: ${name} publishes a wrong enode URL: ${wrong.message}`);
  if (publicKeyAddress(fromHex(`0x${parseEnode(enode).id}`)) === address) return enode;
  throw refusal(path, given, `be the address of the node that ${name} publishes for it, which has another key`);
}

function refusal(path: string, given: string, must: string, hint?: string): pulumi.RunError {
  return new pulumi.RunError(`${path}: ${problem({ path, given, must, hint }).message}`);
}
