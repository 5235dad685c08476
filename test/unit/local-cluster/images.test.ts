import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { inputsOf, writeArchive, type Image } from "../../../local-cluster/images/archive";
import { parseLibraries } from "../../../local-cluster/images/libraries";
import { complete, type Entry } from "../../../local-cluster/images/entry";
import { parseImageList } from "../../../local-cluster/images/import";
import { requiredVersion } from "../../../local-cluster/images/go-module";
import { archivePath } from "../../../local-cluster/images/store";
import { writeTar } from "../../../local-cluster/images/tar";
import { run } from "../../../lib/process";

/** Files of an archive according to GNU tar, another implementation than the tested one. */
async function listWithTar(archive: string): Promise<string[]> {
  const lines = (await run("tar", ["--numeric-owner", "--full-time", "-tvf", archive])).trimEnd().split("\n");
  return lines.map((line) => line.replace(/\s+/g, " "));
}

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const stream = new PassThrough();
  const content = buffer(stream);
  await writeTar(entries, stream);
  stream.end();
  return content;
}

describe("image archives", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "images-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const program = () => join(directory, "program");
  const image = (): Image => ({
    reference: "localhost/sample:1",
    entries: [
      { kind: "file", path: "usr/bin/program", source: program(), mode: 0o755 },
      { kind: "text", path: "etc/name", text: "sample\n", mode: 0o644 },
      { kind: "link", path: "bin/run", target: "/usr/bin/program" },
      { kind: "directory", path: "tmp", mode: 0o1777 },
    ],
    config: { Cmd: ["run"] },
  });

  async function extract(archive: string, path: string): Promise<string> {
    return run("tar", ["-xOf", archive, path]);
  }

  interface Descriptor {
    digest: string;
    size: number;
  }

  it("holds every entry with its mode, owner root and time 0, in order of paths, as GNU tar reads it", async () => {
    writeFileSync(program(), "x");
    const file = join(directory, "layer.tar");
    writeFileSync(file, await tarOf(complete(image().entries)));
    assert.deepEqual(await listWithTar(file), [
      "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 bin/",
      "lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 bin/run -> /usr/bin/program",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 etc/",
      "-rw-r--r-- 0/0 7 1970-01-01 00:00:00 etc/name",
      "drwxrwxrwt 0/0 0 1970-01-01 00:00:00 tmp/",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 usr/",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 usr/bin/",
      "-rwxr-xr-x 0/0 1 1970-01-01 00:00:00 usr/bin/program",
    ]);
  });

  it("keeps paths of any length, since dependencies of chaincode nest deeply", async () => {
    const lengths = [99, 100, 101, 155, 200, 256, 257, 400];
    const deep = lengths.map((length) => "d/".repeat(length / 2 - 1) + "f".repeat(length % 2 === 0 ? 2 : 1));
    const long = lengths.map((length) => "n".repeat(Math.min(length, 255)));
    const paths = [...new Set([...deep, ...long])];
    const file = join(directory, "long.tar");
    writeFileSync(file, await tarOf(paths.map((path) => ({ kind: "text", path, text: path, mode: 0o644 }))));
    const names = (await run("tar", ["-tf", file])).trimEnd().split("\n");
    assert.deepEqual(names, paths);
    assert.equal(await extract(file, paths.at(-1) ?? ""), paths.at(-1));
  });

  it("keeps long link targets", async () => {
    const target = "../".repeat(60) + "target";
    const file = join(directory, "link.tar");
    writeFileSync(file, await tarOf([{ kind: "link", path: "link", target }]));
    assert.match((await listWithTar(file))[0] ?? "", new RegExp(`link -> ${target}$`));
  });

  it("is an OCI layout whose digests are those of its bytes", async () => {
    writeFileSync(program(), "x".repeat(100_000));
    const archive = join(directory, "sample.tar");
    const digest = await writeArchive(image(), archive);
    const index = JSON.parse(await extract(archive, "index.json")) as {
      manifests: (Descriptor & { annotations: Record<string, string> })[];
    };
    assert.equal(index.manifests.length, 1);
    assert.equal(index.manifests[0]?.digest, digest);
    assert.equal(index.manifests[0]?.annotations["io.containerd.image.name"], "localhost/sample:1");
    assert.deepEqual(JSON.parse(await extract(archive, "oci-layout")), { imageLayoutVersion: "1.0.0" });
    const manifest = await readBlob<{ config: Descriptor; layers: Descriptor[] }>(archive, index.manifests[0]);
    const config = await readBlob<{ rootfs: { diff_ids: string[] }; config: object }>(archive, manifest.config);
    assert.deepEqual(config.config, { Cmd: ["run"] });
    assert.deepEqual(config.rootfs.diff_ids, [manifest.layers[0]?.digest]);
  });

  async function readBlob<T>(archive: string, descriptor: Descriptor | undefined): Promise<T> {
    assert.ok(descriptor);
    const content = await extract(archive, `blobs/${descriptor.digest.replace(":", "/")}`);
    assert.equal(Buffer.byteLength(content), descriptor.size);
    assert.equal(`sha256:${createHash("sha256").update(content).digest("hex")}`, descriptor.digest);
    return JSON.parse(content) as T;
  }

  it("is a docker archive too, for engines that load nothing else", async () => {
    writeFileSync(program(), "x");
    const archive = join(directory, "sample.tar");
    await writeArchive(image(), archive);
    const [entry] = JSON.parse(await extract(archive, "manifest.json")) as {
      Config: string;
      RepoTags: string[];
      Layers: string[];
    }[];
    const names = (await run("tar", ["-tf", archive])).split("\n");
    assert.deepEqual(entry?.RepoTags, ["localhost/sample:1"]);
    assert.ok(names.includes(entry?.Config ?? "") && names.includes(entry?.Layers[0] ?? ""));
  });

  it("is the same to the byte for the same content, with any times of files and any order of entries", async () => {
    writeFileSync(program(), "same");
    const [first, second] = [join(directory, "first.tar"), join(directory, "second.tar")];
    const digest = await writeArchive(image(), first);
    utimesSync(program(), new Date(0), new Date(86_400_000));
    const reversed = { ...image(), entries: [...image().entries].reverse() };
    assert.equal(await writeArchive(reversed, second), digest);
    assert.ok(readFileSync(first).equals(readFileSync(second)));
  });

  it("has another digest when content, mode or start command differ, since that is its identity", async () => {
    writeFileSync(program(), "one");
    const archive = join(directory, "sample.tar");
    const digests = [
      await writeArchive(image(), archive),
      await writeArchive({ ...image(), config: { Cmd: ["other"] } }, archive),
      await writeArchive({ ...image(), entries: [{ kind: "text", path: "etc/name", text: "", mode: 0o600 }] }, archive),
      await writeArchive({ ...image(), entries: [{ kind: "text", path: "etc/name", text: "", mode: 0o644 }] }, archive),
    ];
    writeFileSync(program(), "two");
    digests.push(await writeArchive(image(), archive));
    assert.equal(new Set(digests).size, digests.length);
  });

  it("is known to be unchanged from its files' sizes and times, without reading them", () => {
    writeFileSync(program(), "one");
    const before = inputsOf(image());
    assert.equal(inputsOf(image()), before);
    utimesSync(program(), new Date(0), new Date(1000));
    assert.notEqual(inputsOf(image()), before);
  });

  it("holds further entries, and is known to be unchanged from their key, without a look at them", async () => {
    writeFileSync(program(), "1");
    const entry: Entry = { kind: "text", path: "app/index.js", text: "1", mode: 0o644 };
    const whole = { ...image(), entries: [...image().entries, entry] };
    const parted = (key: string): Image => ({ ...image(), further: { key, entries: () => [entry] } });
    assert.equal(
      await writeArchive(parted("a"), join(directory, "parted.tar")),
      await writeArchive(whole, join(directory, "whole.tar")),
    );
    const unseen = { key: "a", entries: () => assert.fail("looked at") };
    assert.equal(inputsOf({ ...image(), further: unseen }), inputsOf(parted("a")));
    assert.notEqual(inputsOf(parted("b")), inputsOf(parted("a")));
    assert.notEqual(inputsOf(parted("a")), inputsOf(image()));
  });

  it("fails when a file of the image is missing, and leaves no archive behind", async () => {
    const archive = join(directory, "sample.tar");
    await assert.rejects(writeArchive(image(), archive), /ENOENT.*program/);
    assert.throws(() => readFileSync(archive), /ENOENT/);
  });
});

describe("image names", () => {
  it("finds the version of a module in either form of go.mod, since files of its own come with it", () => {
    const version = "v1.4.0-rc1.0.20230405174026-695dd57e01c2";
    const fabric = "github.com/hyperledger/fabric";
    assert.equal(requiredVersion(`module x\n\nrequire ${fabric} ${version}\n`, fabric), version);
    assert.equal(requiredVersion(`require (\n\t${fabric}/more v1.0.0\n\t${fabric} ${version}\n)\n`, fabric), version);
    assert.throws(() => requiredVersion("module x\n", fabric), /requires no github.com\/hyperledger\/fabric/);
  });

  it("gives each image an archive named after it", () => {
    assert.match(archivePath("localhost/fabric-peer:3.1.4"), /\/\.tools\/images\/fabric-peer-3\.1\.4\.tar$/);
  });

  it("reads what a node has from the table that ctr prints", () => {
    const table = [
      "REF               TYPE                                       DIGEST     SIZE      PLATFORMS   LABELS",
      "localhost/pause:1 application/vnd.oci.image.manifest.v1+json sha256:3a5 674.5 KiB linux/amd64 -",
      "",
    ].join("\n");
    assert.deepEqual(parseImageList(table), { "localhost/pause:1": "sha256:3a5" });
  });

  it("reads the libraries of a program from what ldd prints, without the kernel's own", () => {
    const list = [
      "\tlinux-vdso.so.1 (0x00007ffc)",
      "\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f1a)",
      "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1b)",
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007f1c)",
      "",
    ].join("\n");
    assert.deepEqual(parseLibraries(list), [
      "/lib/x86_64-linux-gnu/libc.so.6",
      "/lib/x86_64-linux-gnu/libm.so.6",
      "/lib64/ld-linux-x86-64.so.2",
    ]);
  });
});
