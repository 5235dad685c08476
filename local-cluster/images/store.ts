import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runBound } from "../../lib/process";
import { paths } from "../settings";
import { inputsOf, writeArchive } from "./archive";
import type { ImageRecipe } from "./catalog";

/** An image that was built. */
export interface BuiltImage {
  reference: string;
  /** Digest of its manifest. */
  digest: string;
  /** Path of its archive on the machine. */
  archive: string;
}

interface BuildRecord {
  inputs: string;
  digest: string;
}

/** File name of an image's archive: `localhost/fabric-peer:3.1.4` is in `fabric-peer-3.1.4.tar`. */
export function archivePath(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1).replace(":", "-");
  return join(paths.images, `${name}.tar`);
}

/** Builds an image unless its archive was made from the same files. */
export async function buildImage(recipe: ImageRecipe): Promise<BuiltImage> {
  const image = await recipe.make();
  const archive = archivePath(recipe.reference);
  const recordFile = `${archive}.json`;
  const inputs = inputsOf(image);
  const record = readJson<BuildRecord>(recordFile);
  if (record?.inputs === inputs && existsSync(archive)) {
    return { reference: recipe.reference, digest: record.digest, archive };
  }
  const digest = await writeArchive(image, archive);
  writeFileSync(recordFile, JSON.stringify({ inputs, digest } satisfies BuildRecord));
  return { reference: recipe.reference, digest, archive };
}

/**
 * A containerd directory with all images unpacked and no container. Every node starts with a copy, instead of
 * importing the same archives again.
 */
const storeRoot = join(paths.images, "store");
/** Digests by reference of the images in the store. */
const storeIndex = join(paths.images, "store.json");

/** Brings the store up to date. */
export async function updateStore(images: readonly BuiltImage[]): Promise<void> {
  const present = existsSync(storeRoot) ? (readJson<Record<string, string>>(storeIndex) ?? {}) : {};
  const missing = images.filter((image) => present[image.reference] !== image.digest);
  if (missing.length === 0) return;
  rmSync(storeIndex, { force: true });
  if (Object.keys(present).length === 0) rmSync(storeRoot, { recursive: true, force: true });
  mkdirSync(storeRoot, { recursive: true });
  const archives = missing.map((image) => image.archive);
  await runBound("unshare", [
    ...["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash"],
    ...[join(__dirname, "store-import.sh"), storeRoot, ...archives],
  ]);
  const added = Object.fromEntries(missing.map((image) => [image.reference, image.digest]));
  writeFileSync(storeIndex, JSON.stringify({ ...present, ...added }, undefined, 2));
}

/**
 * Copies the store to a node's containerd directory. Layers and blobs never change, so they are hard links (or copies,
 * where the file system cannot link). Databases are copies.
 */
export async function copyStore(target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  try {
    await runBound("cp", ["-al", `${storeRoot}/.`, target]);
  } catch {
    await runBound("cp", ["-a", `${storeRoot}/.`, target]);
  }
  const databases = readdirSync(storeRoot, { recursive: true, encoding: "utf8" }).filter(isDatabase);
  await Promise.all(
    databases.map((file) => runBound("cp", ["--remove-destination", join(storeRoot, file), join(target, file)])),
  );
}

/** Whether a file is a database of containerd, and not part of an image. */
function isDatabase(path: string): boolean {
  return path.endsWith(".db") && path.split("/").length === 2;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
