/** Common settings of all networks' pods: images, requests and limits, volumes, protection. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, cpu, diskRoom, flag, list, map, memorySize, objectName, size } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { parseQuantity } from "../kit/quantity";

/** Requests and limits of one kind of container. */
export function resources(defaults: { cpu: string; memory: string; cpuLimit: string; memoryLimit: string }) {
  return map({
    requests: map({
      cpu: cpu().prefault(defaults.cpu).describe("Reserved processor time, in cores."),
      memory: memorySize("1Gi").default(defaults.memory).describe("Reserved memory."),
      "ephemeral-storage": diskRoom("100Mi")
        .default("100Mi")
        .describe("Reserved space on the machine's own disk, for logs and temporary files."),
    }).prefault({}),
    limits: map({
      cpu: cpu().prefault(defaults.cpuLimit).describe("Maximum processor time, in cores."),
      memory: memorySize("2Gi")
        .default(defaults.memoryLimit)
        .describe("Maximum memory; the container is killed above it."),
      "ephemeral-storage": diskRoom("1Gi")
        .default("1Gi")
        .describe(
          "Maximum size of logs and temporary files; the pod is evicted above it. Logs alone take 50Mi by default.",
        ),
    }).prefault({}),
  }).prefault({});
}

/**
 * One kind of volume. `file` is in the list so that it gets an error with the reason.
 *
 * @param growth Whether its size may change. Default: it may grow, as with claims of their own.
 */
export function volume(defaultSize: string, growth = "It can grow later, and never shrink.") {
  return map({
    size: size(defaultSize, { min: "100Mi", max: "64Ti" })
      .default(defaultSize)
      .describe(`Size of each volume. ${growth}`),
    class: choice(["block", "file"])
      .default("block")
      .describe("Storage class, always `block`: these files must never be open on two machines at once."),
  }).prefault({});
}

/** Form of logs. @param nodes Nodes that write them: `peers and orderers`. */
export function logFormat(nodes: string) {
  return choice(["plain", "json"])
    .default("plain")
    .describe(`Form of a line in the logs of ${nodes}; \`json\` for a system that collects logs.`);
}

/** Image of Node.js for programs that a ConfigMap holds, in the release with which they are tested. */
export const nodeImage = "docker.io/library/node:24.21.0-alpine";

/** Condition on which nodes pull images. */
export const pullPolicy = choice(["IfNotPresent", "Always", "Never"])
  .default("IfNotPresent")
  .describe("Condition on which nodes pull images.");

/**
 * Secrets for pulling images. @param where Place of the Secrets, for example `one in each organisation's namespace`.
 */
export function imagePullSecrets(where: string) {
  return list(objectName("a Secret"), { of: "names of Secrets" })
    .optional()
    .describe(
      `Secrets of type \`kubernetes.io/dockerconfigjson\` for pulling images. You create them, ${where}. Default: none.`,
    );
}

/** Whether keys and volumes are protected. */
export const protect = flag()
  .optional()
  .describe(
    "Whether keys and volumes are protected: `pulumi destroy` and replacements then refuse to delete them. Default: as `cluster.protect`; on an existing cluster true, on a local one false.",
  );

export type ResourcesConfig = z.infer<ReturnType<typeof resources>>;
export type VolumeConfig = z.infer<ReturnType<typeof volume>>;

/** Problems of images with a moving tag or none, which can become other images at any time. */
export function unpinned(images: readonly { value: string | undefined; path: string }[]): Problem[] {
  return images.flatMap(({ value, path }) =>
    value === undefined || isPinned(value)
      ? []
      : [problem({ path, given: value, must: 'be pinned to a version (":1.0", not ":latest") or a digest' })],
  );
}

/**
 * Whether an image has a tag other than `latest`, or a digest: the same stack file must always mean the same network.
 */
function isPinned(reference: string): boolean {
  if (reference.includes("@sha256:")) return true;
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  return tag !== undefined && tag !== "latest";
}

export const amountNames = ["cpu", "memory", "ephemeral-storage"] as const;

/** Problems of requests above their limits. */
export function aboveLimits(amounts: Loose<ResourcesConfig> | undefined, path: string): Problem[] {
  const { requests, limits } = amounts ?? {};
  return amountNames.flatMap((name) => {
    const request = parseQuantity(requests?.[name] ?? "");
    const limit = parseQuantity(limits?.[name] ?? "");
    return request === undefined || limit === undefined || request <= limit
      ? []
      : [
          problem({
            path: `${path}.requests.${name}`,
            given: requests?.[name],
            must: `be at most the limit, ${limits?.[name]}`,
          }),
        ];
  });
}

/** Problems of databases' volumes on network storage. */
export function onNetworkStorage(
  volumes: Readonly<Record<string, Loose<VolumeConfig> | undefined>> | undefined,
  path: string,
  because: string,
): Problem[] {
  return Object.entries(volumes ?? {}).flatMap(([kind, settings]) =>
    settings?.class === "file"
      ? [problem({ path: `${path}.${kind}.class`, given: settings.class, must: "be block", because })]
      : [],
  );
}
