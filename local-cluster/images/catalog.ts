import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../../lib/process";
import { paths } from "../settings";
import type { Image, ImageConfig } from "./archive";
import { chaincodeImage } from "./chaincode";
import type { Entry } from "./entry";
import { withLibraries } from "./libraries";
import { nodeRuntime } from "./node-js";
import { base, binary } from "./parts";
import { fabricSampleConfig } from "./go-module";

/**
 * The images that run on a local cluster. Programs come from the toolchain; nothing is pulled. The Fabric images keep
 * the paths, environment and start commands of the published ones, so that a workload can start both alike.
 */

/** An image whose name is known before its parts exist. */
export interface ImageRecipe {
  reference: string;
  /** Prepares missing parts (the first time may take a minute) and returns the content of the image. */
  make: () => Promise<Image>;
}

/** Debian's, a package of the group `router`. */
const haproxy = "/usr/sbin/haproxy";

/** Images that the cluster itself needs on its nodes. */
const clusterImages: readonly ImageRecipe[] = [
  recipe("localhost/pause:1", async () => [binary(await buildPause(), "pause")], { Entrypoint: ["/pause"] }),
  recipe("localhost/coredns:1.14.7", async () => [...base(), tool("coredns")], { Entrypoint: [command("coredns")] }),
];

/** Node.js alone, for the dashboard and for backups, in the version of tools/node/package.json. */
const nodeImage = recipe("localhost/node:24.21.0", async () => [...base(), ...(await nodeRuntime())], {
  Entrypoint: [command("node")],
});

/**
 * Images for the workloads and their tests, for the networks whose programs are installed: a stack installs only the
 * programs that it needs.
 */
export const workloadImages: readonly ImageRecipe[] = [
  recipe("localhost/busybox:1", busybox, { Cmd: ["sh"] }),
  ...withPrograms(
    ["peer", "orderer"],
    [
      ...fabricImages("3.1.4"),
      { reference: "localhost/asset-transfer:1.0", make: () => chaincodeImage("localhost/asset-transfer:1.0") },
    ],
  ),
  ...withPrograms(["peer-2023", "orderer-2023"], fabricImages("3.0.0-dev", "-2023")),
  ...withPrograms(
    [haproxy],
    [
      // The published image is stopped by the same signal.
      recipe("localhost/haproxy:2.6", async () => [...base(), ...(await withLibraries(haproxy, "usr/sbin/haproxy"))], {
        Cmd: ["haproxy"],
        StopSignal: "SIGUSR1",
      }),
    ],
  ),
  ...withPrograms(
    ["goquorum", "geth", "bootnode"],
    [
      // The published images of both clients name the program geth.
      recipe("localhost/goquorum:22.7.4", async () => [...base(), renamed("goquorum", "geth")], {
        Entrypoint: [command("geth")],
        Env: ["PRIVATE_CONFIG=ignore"],
      }),
      nodeImage,
      recipe("localhost/geth:1.13.15", async () => [...base(), tool("geth"), tool("bootnode")], {
        Entrypoint: [command("geth")],
      }),
    ],
  ),
];

/** Images of the add-on that watches a network; only it loads them. */
export const monitoringImages = {
  prometheus: program("prometheus", "3.16.0"),
  alertmanager: program("alertmanager", "0.31.1"),
} as const;

/** Image of the add-on that measures pods; only it loads it. */
export const metricsImages = { metricsServer: program("metrics-server", "0.9.0") } as const;

/** Images of the add-on that takes snapshots, and of backups by them; only it loads them. */
export const snapshotImages = {
  node: nodeImage,
  csiDriver: program("csi-driver", "1.0.0"),
  csiProvisioner: program("csi-provisioner", "6.3.0"),
  csiSnapshotter: program("csi-snapshotter", "8.6.0"),
  snapshotController: program("snapshot-controller", "8.6.0"),
} as const;

/** Images of the parts that run as pods in kind. */
export const kindImages: readonly ImageRecipe[] = [program("storage-provisioner", "1")];

export const allImages: readonly ImageRecipe[] = [...clusterImages, ...workloadImages];

function recipe(reference: string, entries: () => Promise<Entry[]>, config: ImageConfig): ImageRecipe {
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return {
    reference,
    make: async () => ({
      reference,
      entries: await entries(),
      config: { ...config, Env: [path, ...(config.Env ?? [])] },
    }),
  };
}

/** Images of one release of Fabric. @param suffix End of its programs' names in the toolchain. Default: none. */
function fabricImages(tag: string, suffix = ""): ImageRecipe[] {
  const environment = ["FABRIC_CFG_PATH=/etc/hyperledger/fabric"];
  const program = (name: string): Entry => renamed(`${name}${suffix}`, name);
  return [
    recipe(`localhost/fabric-peer:${tag}`, async () => [...(await fabricBase()), program("peer"), ...ccaasBuilder()], {
      Cmd: ["peer", "node", "start"],
      Env: environment,
    }),
    recipe(`localhost/fabric-orderer:${tag}`, async () => [...(await fabricBase()), program("orderer")], {
      Cmd: ["orderer"],
      Env: environment,
    }),
  ];
}

/** An image with one program of the toolchain. */
function program(name: string, version: string): ImageRecipe {
  return recipe(`localhost/${name}:${version}`, async () => [...base(), tool(name)], { Entrypoint: [command(name)] });
}

function command(name: string): string {
  return `/usr/local/bin/${name}`;
}

function tool(name: string): Entry {
  return binary(join(paths.bin, name), `usr/local/bin/${name}`);
}

/** @param programs Names of the toolchain's, or paths of Debian's. */
function withPrograms(programs: readonly string[], recipes: ImageRecipe[]): ImageRecipe[] {
  return programs.every((name) => existsSync(resolve(paths.bin, name))) ? recipes : [];
}

function renamed(name: string, to: string): Entry {
  return binary(join(paths.bin, name), `usr/local/bin/${to}`);
}

async function buildPause(): Promise<string> {
  const [source, program] = [join(__dirname, "pause.c"), join(paths.bin, "pause")];
  const isFresh = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (isFresh < statSync(source).mtimeMs) await run("gcc", ["-Os", "-static", "-s", "-o", program, source]);
  return program;
}

/** Debian's busybox-static, with a link for each of its programs. */
async function busybox(): Promise<Entry[]> {
  const program = "/bin/busybox";
  const list = (await run(program, ["--list-full"])).split("\n").filter((path) => path && !path.endsWith("/busybox"));
  const links = list.map((path): Entry => ({ kind: "link", path: path.replace(/^\.?\//, ""), target: program }));
  return [...base(), ...links.filter(({ path }) => path !== "bin/busybox"), binary(program, "bin/busybox")];
}

/** Fabric's sample configuration, which the published images have in FABRIC_CFG_PATH. */
async function fabricBase(): Promise<Entry[]> {
  const sample = await fabricSampleConfig();
  return [...base(), ...filesBelow(sample, "etc/hyperledger/fabric"), { kind: "directory", path: "var/hyperledger" }];
}

/** The builder for chaincode as a service, at its path in the sample core.yaml. */
function ccaasBuilder(): Entry[] {
  const directory = "opt/hyperledger/ccaas_builder/bin";
  const steps = ["detect", "build", "release"];
  return [
    binary(join(paths.bin, "ccaas-builder"), `${directory}/ccaas-builder`),
    ...steps.map((step): Entry => ({ kind: "link", path: `${directory}/${step}`, target: "ccaas-builder" })),
  ];
}

function filesBelow(source: string, path: string): Entry[] {
  return readdirSync(source, { withFileTypes: true }).flatMap((file): Entry[] => {
    const [from, to] = [join(source, file.name), `${path}/${file.name}`];
    return file.isDirectory() ? filesBelow(from, to) : [{ kind: "file", path: to, source: from, mode: 0o644 }];
  });
}
