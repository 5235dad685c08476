/** One kind of network, as the section `network` of a stack file describes it. */
import type { z } from "zod";
import type { Problem } from "../../lib/problem";
import type { Loose } from "./json-schema";
import type { Severity, Surroundings } from "./rule";

export interface NetworkKind<Schema extends z.ZodType, Config> {
  /** The section of this kind, with its `type`. */
  schema: Schema;
  /** Fills in defaults that follow from other values; undefined while the settings of the kind are missing. */
  resolve(network: Loose<z.infer<Schema>>, around: Surroundings): ResolvedNetwork<Config> | undefined;
}

/** The section with defaults filled in, and the problems that its rules find. */
export interface ResolvedNetwork<Config> {
  config: Loose<Config>;
  find(severity: Severity): Problem[];
}

/** The section of a kind with all defaults filled in. */
export type ConfigOf<Kind> = Kind extends NetworkKind<z.ZodType, infer Config> ? Config : never;
