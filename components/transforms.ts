import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { formatProblems, isNamedList, type TransformConfig } from "../config";
import { problem, type Problem } from "../lib/problem";
import { isRecord } from "../lib/values";

/**
 * Types of resources that no entry may change: keys and chains, Pulumi's own, and components, which have no properties.
 */
const untouched = /^(ledger|pulumi|blockchain-clusters):/;

/** Type of the resource that waits for the pods of the workload with the same name. */
const rolloutType = "ledger:kubernetes:Rollout";

/** Names in a message at most. */
const mostNames = 20;

/**
 * Changes of single resources by the stack file. They apply to every resource that any component creates after
 * `register`.
 */
export class Transforms {
  private readonly used = new Set<TransformConfig>();
  /** Names of the resources so far, by kind. */
  private readonly names = new Map<string, Set<string>>();

  /** @param isSecret whether the section was set with `--secret`: its values then stay secret in state and previews. */
  constructor(
    private readonly entries: readonly TransformConfig[],
    private readonly isSecret = false,
  ) {}

  register(): void {
    if (this.entries.length === 0) return;
    pulumi.runtime.registerStackTransformation((args) => this.apply(args));
  }

  /**
   * Checks the entries. Call it after all resources are created.
   *
   * @throws {pulumi.RunError} naming every entry that changed nothing. A preview shows it before anything is changed.
   */
  requireUse(): void {
    const problems = this.entries.flatMap((entry, index) => (this.used.has(entry) ? [] : [this.unused(entry, index)]));
    if (problems.length > 0) throw new pulumi.RunError(formatProblems(`Stack ${pulumi.getStack()}`, problems));
  }

  private apply({ type, name, props, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
    const properties = props as Record<string, unknown>;
    if (type === rolloutType) return { props: this.renewed(name, properties), opts };
    if (untouched.test(type)) return { props, opts };
    const kind = type.split(":").at(-1) ?? "";
    this.names.set(kind, (this.names.get(kind) ?? new Set()).add(name));
    const entries = this.matching(kind, name);
    for (const entry of entries) this.used.add(entry);
    const patches = entries.map(({ patch }) => (this.isSecret ? secretLeaves(patch) : patch));
    return { props: patches.reduce<unknown>(mergePatch, properties) as Record<string, unknown>, opts };
  }

  /** Makes a rollout wait again when a transform changes the pods of its workload. */
  private renewed(name: string, props: Record<string, unknown>): Record<string, unknown> {
    const patches = this.matching(String(props.kind), name).map(({ patch }) => patch);
    if (patches.length === 0) return props;
    const digest = createHash("sha256").update(JSON.stringify(patches)).digest("hex");
    return { ...props, revision: pulumi.interpolate`${props.revision as pulumi.Input<string>}-${digest}` };
  }

  private matching(kind: string, name: string): TransformConfig[] {
    return this.entries.filter((entry) => entry.kind === kind && pattern(entry.name).test(name));
  }

  private unused({ kind, name }: TransformConfig, index: number): Problem {
    const path = `transforms[${index}]`;
    const names = this.names.get(kind);
    if (names === undefined) {
      return problem({ path: `${path}.kind`, given: kind, must: `be one of ${listed(this.names.keys())}` });
    }
    return problem({ path: `${path}.name`, given: name, must: `be the name of a ${kind}: ${listed(names)}` });
  }
}

function pattern(name: string): RegExp {
  return new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
}

function listed(names: Iterable<string>): string {
  const all = [...names].toSorted();
  const rest = all.length - mostNames;
  return all.slice(0, mostNames).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/**
 * JSON merge patch (RFC 7386) that also patches inside values that are known only later. Lists of entries with names
 * are merged by name; new entries come last.
 */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (pulumi.Output.isInstance(patch) || (!isNamedList(patch) && !isRecord(patch))) return patch;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return pulumi.output(value).apply((known) => mergePatch(known, patch));
  }
  return Array.isArray(patch) ? mergeNamed(value, patch) : mergeMaps(isRecord(value) ? value : {}, patch);
}

function mergeMaps(value: Record<string, unknown>, patch: object): Record<string, unknown> {
  const merged = { ...value };
  for (const [key, part] of Object.entries(patch)) {
    if (part === null) delete merged[key];
    else merged[key] = mergePatch(value[key], part);
  }
  return merged;
}

function mergeNamed(value: unknown, patch: readonly { name: string }[]): unknown[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  const nameOf = (item: unknown) => (isRecord(item) ? item.name : undefined);
  const known = items.map((item) => {
    const change = patch.find(({ name }) => name === nameOf(item));
    return change === undefined ? item : mergePatch(item, change);
  });
  const added = patch.filter(({ name }) => !items.some((item) => nameOf(item) === name));
  return [...known, ...added.map((item) => mergePatch({}, item))];
}

/** A patch with secret values; names and `null` stay plain, since merging needs them. */
function secretLeaves(patch: unknown): unknown {
  if (isNamedList(patch)) return patch.map(({ name, ...item }) => ({ ...(secretLeaves(item) as object), name }));
  if (isRecord(patch)) return Object.fromEntries(Object.entries(patch).map(([key, part]) => [key, secretLeaves(part)]));
  return patch === null ? null : pulumi.secret(patch);
}
