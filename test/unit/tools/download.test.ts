import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { downloadTool, findChecksum } from "../../../tools/installer/download";
import type { Download, Tool } from "../../../tools/installer/tool";
import { temporaryFolder } from "./temporary";

const platform = { os: "linux", arch: "amd64", nodeArch: "x64" };
const sumOf = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");

describe("tools: official downloads", () => {
  const folder = temporaryFolder();
  let server: Server;
  let origin: string;
  let files: Record<string, Buffer | string>;

  beforeEach((done) => {
    files = {};
    server = createServer((request, response) => {
      const content = files[request.url ?? ""];
      response.statusCode = content === undefined ? 404 : 200;
      response.end(content);
    });
    server.listen(0, "127.0.0.1", () => {
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });

  afterEach((done) => {
    server.close(done);
    server.closeAllConnections();
  });

  function fetchTool(download: Partial<Download>): Promise<void> {
    const tool: Tool = {
      name: "chisel",
      group: "engine",
      version: "1.2.0",
      programs: ["chisel"],
      downloads: [{ url: `${origin}/v{version}/{os}-{arch}/chisel`, ...download }],
      builds: [],
    };
    return downloadTool(tool, platform, folder.path);
  }

  it("brings a program that is published as it is, executable, after its sum was checked", async () => {
    files["/v1.2.0/linux-amd64/chisel"] = "program";
    files["/chisel.sha256"] = sumOf("program");
    await fetchTool({ program: "chisel", checksumUrl: `${origin}/chisel.sha256` });
    assert.equal(readFileSync(join(folder.path, "chisel"), "utf8"), "program");
    assert.equal(statSync(join(folder.path, "chisel")).mode & 0o111, 0o111);
  });

  it("brings a program out of an archive, by its path there", async () => {
    mkdirSync(join(folder.path, "source", "chisel-1.2.0"), { recursive: true });
    writeFileSync(join(folder.path, "source", "chisel-1.2.0", "tool"), "program");
    files["/chisel.tgz"] = execFileSync("tar", ["-cz", "-C", join(folder.path, "source"), "chisel-1.2.0"]);
    await fetchTool({ url: `${origin}/chisel.tgz`, archive: { "chisel-1.2.0/tool": "chisel" } });
    assert.equal(readFileSync(join(folder.path, "chisel"), "utf8"), "program");
  });

  it("refuses a file whose sum is another, and says both", async () => {
    files["/v1.2.0/linux-amd64/chisel"] = "tampered";
    files["/chisel.sha256"] = sumOf("program");
    await assert.rejects(fetchTool({ program: "chisel", checksumUrl: `${origin}/chisel.sha256` }), {
      message: `${origin}/v1.2.0/linux-amd64/chisel has the SHA-256 ${sumOf("tampered")}, upstream publishes ${sumOf("program")}`,
      unreachable: false,
    });
  });

  it("distinguishes a missing file from a missing network, since other files may exist", async () => {
    await assert.rejects(fetchTool({ program: "chisel" }), {
      message: `${origin}/v1.2.0/linux-amd64/chisel answered 404 Not Found`,
      unreachable: false,
    });
  });

  it("says that nothing answers, so that the next download need not try", async () => {
    const url = await unusedAddress();
    await assert.rejects(fetchTool({ url, program: "chisel" }), {
      unreachable: true,
      message: /is not reachable \(.*ECONNREFUSED/,
    });
  });
});

/** An address of this machine without a listener. */
function unusedAddress(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(`http://127.0.0.1:${port}/chisel`));
    });
  });
}

describe("tools: checksum files", () => {
  const [one, other] = [sumOf("one"), sumOf("other")];

  it("takes the sum that stands alone", () => {
    assert.equal(findChecksum(`${one}\n`, "chisel"), one);
  });

  it("takes the line of the file among others, in text and binary notation", () => {
    const text = `${other}  chisel-darwin.tar.gz\n${one} *dist/chisel-linux.tar.gz\n`;
    assert.equal(findChecksum(text, "chisel-linux.tar.gz"), one);
    assert.equal(findChecksum(text, "chisel-darwin.tar.gz"), other);
  });

  it("finds nothing in a list without the file, or in something that is no list", () => {
    assert.equal(findChecksum(`${one}  a\n${other}  b\n`, "chisel"), undefined);
    assert.equal(findChecksum("<html>not found</html>", "chisel"), undefined);
  });
});
