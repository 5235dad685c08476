/** Partners of a network: other companies, whose stacks tell of themselves by a file or by an output. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { ChannelEntry, PartnerConfig } from "../../config";
import { messageOf } from "../../lib/errors";
import { InputError, problem, throwProblems } from "../../lib/problem";
import { collisions, type OwnOrganization } from "./specs/collisions";
import { readPublicPart, type PublicPart } from "./specs/public-part";

const base = "network.fabric.partners";

export interface Partner {
  /** Name in the stack file. */
  name: string;
  part: pulumi.Output<PublicPart>;
}

export interface PartnersArgs {
  /** Entries of `partners` in the stack file. */
  configs: readonly PartnerConfig[];
  /** Channels of the stack file. */
  channels: readonly ChannelEntry[];
  /** Organisations of the stack file, from which those of partners must differ. */
  own: readonly OwnOrganization[];
}

/** Reads what every partner publishes. @throws {pulumi.RunError} with everything that is wrong with a file */
export function readPartners({ configs, ...beside }: PartnersArgs, parent: pulumi.Resource): Partner[] {
  return configs.map((config, index) => ({
    name: config.name,
    part: publicPart(config, `${base}[${index}]`, beside, parent),
  }));
}

function publicPart(
  { name: partner, from, fingerprint: agreed }: PartnerConfig,
  path: string,
  { channels, own }: Omit<PartnersArgs, "configs">,
  parent: pulumi.Resource,
): pulumi.Output<PublicPart> {
  const read = (text: string): PublicPart =>
    checked(() => {
      const part = readPublicPart(text, { partner, agreed, path }, new Date());
      const source = `${partner} (${path}.from)`;
      throwProblems(`organisations of this stack and of ${partner}`, collisions(own, channels, part, source));
      return part;
    });
  if (from.file !== undefined) {
    const part = read(readDocument(from.file, `${path}.from.file`));
    return pulumi.output(partner).apply(() => part);
  }
  const name = from.stack!;
  const stack = new pulumi.StackReference(name, { name }, { parent });
  // One secret output makes all outputs secret. A partner's document is public.
  return pulumi.unsecret(stack.getOutput("exchange")).apply((text: unknown) => {
    if (typeof text === "string") return read(text);
    const must = "be a stack with the output `exchange`, which has run";
    const hint = "The stack's file needs `partners`, an empty list at first";
    return refuse(`${path}.from.stack`, name, must, hint);
  });
}

function readDocument(file: string, path: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const must = "be a file that can be read, relative to the project";
    return refuse(path, file, must, `The reason is: ${messageOf(error)}`);
  }
}

function refuse(path: string, given: string, must: string, hint: string): never {
  throw new pulumi.RunError(`${path}: ${problem({ path, given, must, hint }).message}`);
}

/** Problems as errors for people: without a stack trace. */
export function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? new pulumi.RunError(error.message) : error;
  }
}
