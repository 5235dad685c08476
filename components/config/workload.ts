/** What the schemas of all networks say alike of their pods: requests, limits and volumes. */
import type { z } from "zod";
import { choice, cpu, map, size } from "./fields";

/** Requests and limits of one kind of container. */
export function resources(defaults: { cpu: string; memory: string; cpuLimit: string; memoryLimit: string }) {
  return map({
    requests: map({
      cpu: cpu().prefault(defaults.cpu).describe("Processor time that is set aside."),
      memory: size("1Gi").default(defaults.memory).describe("Memory that is set aside."),
    }).prefault({}),
    limits: map({
      cpu: cpu().prefault(defaults.cpuLimit).describe("Processor time at most."),
      memory: size("2Gi").default(defaults.memoryLimit).describe("Memory at most; the container is killed above it."),
    }).prefault({}),
  }).prefault({});
}

/** One kind of volume; `file` is in the list so that asking for it gets the reason why not. */
export function volume(defaultSize: string) {
  return map({
    size: size(defaultSize).default(defaultSize).describe("Size of each volume. Can grow later, never shrink."),
    class: choice(["block", "file"])
      .default("block")
      .describe("Only `block`: these files must never be open on two machines at once."),
  }).prefault({});
}

export type ResourcesConfig = z.infer<ReturnType<typeof resources>>;
