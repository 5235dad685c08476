import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Transform, type Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { complete, type Entry } from "./entry";
import { writeTar } from "./tar";

/** Start of a container of the image. Names as in the OCI image configuration. */
export interface ImageConfig {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  WorkingDir?: string;
  User?: string;
  /** Signal that ends the program. Default: SIGTERM. */
  StopSignal?: string;
}

export interface Image {
  /** With registry and tag: `localhost/fabric-peer:3.1.4`. */
  reference: string;
  entries: readonly Entry[];
  /** Further entries, thousands perhaps, which are looked at only to write them. Equal keys stand for equal ones. Default: none. */
  further?: { key: string; entries: () => readonly Entry[] };
  config: ImageConfig;
}

interface Blob {
  /** `sha256:` and hex. */
  digest: string;
  size: number;
}

/**
 * Writes an image as one archive that is an OCI image layout and a `docker save` archive at once: containerd,
 * Docker and kind accept it. The one layer is not compressed, because only this machine reads it, and only once.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 *
 * @returns digest of the image's manifest. Equal content gives an equal digest.
 */
export async function writeArchive(image: Image, file: string): Promise<string> {
  mkdirSync(dirname(file), { recursive: true });
  const layerFile = `${file}.layer`;
  const partial = `${file}.partial`;
  try {
    const layer = await writeLayer([...image.entries, ...(image.further?.entries() ?? [])], layerFile);
    const config = text(configuration(image.config, layer.digest));
    const manifest = text(manifestOf(config, layer));
    const output = createWriteStream(partial);
    await writeTar(archiveEntries(image.reference, manifest, config, layer, layerFile), output);
    output.end();
    await finished(output);
    renameSync(partial, file);
    return manifest.digest;
  } finally {
    rmSync(layerFile, { force: true });
    rmSync(partial, { force: true });
  }
}

async function writeLayer(entries: readonly Entry[], file: string): Promise<Blob> {
  const hash = createHash("sha256");
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const written = pipeline(tap, createWriteStream(file));
  await writeInto(tap, entries);
  await written;
  return { digest: `sha256:${hash.digest("hex")}`, size: statSync(file).size };
}

async function writeInto(output: Writable, entries: readonly Entry[]): Promise<void> {
  await writeTar(complete(entries), output);
  output.end();
}

interface TextBlob extends Blob {
  content: string;
}

function text(value: object): TextBlob {
  const content = JSON.stringify(value);
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  return { content, digest, size: Buffer.byteLength(content) };
}

/** OCI's name of the processor; Node.js has another one. */
const architecture = process.arch === "x64" ? "amd64" : process.arch;

function configuration(config: ImageConfig, layerDigest: string): object {
  const rootfs = { type: "layers", diff_ids: [layerDigest] };
  return { architecture, os: "linux", config, rootfs, history: [{ created_by: "blockchain-clusters" }] };
}

const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
};

function manifestOf(config: Blob, layer: Blob): object {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: config.digest, size: config.size },
    layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.size }],
  };
}

function archiveEntries(
  reference: string,
  manifest: TextBlob,
  config: TextBlob,
  layer: Blob,
  layerFile: string,
): Entry[] {
  const file = (path: string, content: string): Entry => ({ kind: "text", path, text: content, mode: 0o644 });
  const tag = reference.slice(reference.lastIndexOf(":") + 1);
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [
      {
        mediaType: mediaTypes.manifest,
        digest: manifest.digest,
        size: manifest.size,
        // containerd reads the first annotation, a full name; OCI defines the second, a tag.
        annotations: { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": tag },
      },
    ],
  };
  const dockerManifest = [{ Config: blobPath(config), RepoTags: [reference], Layers: [blobPath(layer)] }];
  return complete([
    file("oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" })),
    file("index.json", JSON.stringify(index)),
    file("manifest.json", JSON.stringify(dockerManifest)),
    file(blobPath(manifest), manifest.content),
    file(blobPath(config), config.content),
    { kind: "file", path: blobPath(layer), source: layerFile, mode: 0o644 },
  ]);
}

function blobPath({ digest }: Blob): string {
  return `blobs/${digest.replace(":", "/")}`;
}

/** Hash of everything that decides an image's bytes. Files count by size and time instead of content. */
export function inputsOf({ reference, entries, further, config }: Image): string {
  const described = complete(entries).map((entry) => {
    if (entry.kind !== "file") return entry;
    const { size, mtimeMs } = statSync(entry.source);
    return { ...entry, size, mtimeMs };
  });
  return createHash("sha256")
    .update(JSON.stringify({ reference, config, described, further: further?.key }))
    .digest("hex");
}
