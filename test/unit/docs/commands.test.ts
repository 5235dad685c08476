/** Commands and files in the documents: each one can be copied as it stands. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { parseStackConfig } from "../../../config/parse";
import { projectName } from "../../../tools/cli/stack-file";
import { projectRoot } from "../../../tools/paths";
import { whyUnknown } from "./known-keys";

interface Block {
  file: string;
  line: number;
  language: string;
  text: string;
}

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "local-cluster/README.md",
  "samples/README.md",
  "test/golden/README.md",
  ...readdirSync(join(projectRoot, "docs")).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : [])),
];

function textOf(file: string): string {
  return readFileSync(join(projectRoot, file), "utf8");
}

/** Blocks of code of a document. */
function blocksOf(file: string): Block[] {
  const text = textOf(file);
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```/gm)].map(
    ({ index, 1: indent = "", 2: language = "", 3: body = "" }) => ({
      file,
      line: text.slice(0, index).split("\n").length,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

const blocks = documents.flatMap(blocksOf);
const scripts = blocks.filter(({ language }) => language === "sh");

/** Code within the sentences of a document, without its blocks. */
function codeOf(file: string): string[] {
  const text = textOf(file).replaceAll(/^( *)```[^]*?^\1```/gm, "");
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** Lines of commands, one per line, without comments. */
const commands = [
  ...scripts.flatMap(({ file, text }) =>
    text.split("\n").map((line) => ({ file, line: line.replace(/(^|\s)#.*$/, "") })),
  ),
  ...documents.flatMap((file) => codeOf(file).map((line) => ({ file, line }))),
];

function found(pattern: RegExp): { file: string; words: string[] }[] {
  return commands.flatMap(({ file, line }) =>
    [...line.matchAll(pattern)].map(([, ...words]) => ({ file, words: words.map((word) => word ?? "") })),
  );
}

describe("commands in the documents", () => {
  it("are read from every document", () => {
    assert.ok(
      scripts.length > 20 && documents.length > 15,
      `${scripts.length} scripts in ${documents.length} documents`,
    );
  });

  it("are what a shell reads", () => {
    for (const { file, line, text } of scripts) {
      const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
      assert.equal(status, 0, `${file}:${line}: ${stderr}`);
    }
  });

  it("make what the Makefile makes, with variables that it or its commands read", () => {
    const makefile = textOf("Makefile");
    const targets = [...makefile.matchAll(/^([a-z-]+):/gm)].map(([, target]) => target);
    const calls = found(/(?:^|[\s(&])((?:[A-Z0-9_]+=\S+ )*)make ((?:[a-z-]+)(?: [A-Z_]+=[^\s)]+)*)/g);
    assert.ok(calls.length > 50, String(calls.length));
    const read = new Set([
      ...[...makefile.matchAll(/\$\(?(?:filter 1,)?\$?\(?([A-Z]+)\)/g)].map(([, name]) => name),
      // Variables of the commands' environment: tools/cli/approval.ts, Pulumi's Kubernetes plugin, test/golden.
      ...["ACCEPT_LOSS", "CONFIRM", "PULUMI_K8S_DELETE_UNREACHABLE", "UPDATE", "GOGC"],
    ]);
    for (const { file, words } of calls) {
      const [target, ...variables] = words
        .join(" ")
        .split(" ")
        .filter(Boolean)
        .toSorted((a, b) => Number(a.includes("=")) - Number(b.includes("=")));
      assert.ok(targets.includes(target), `${file}: make ${target}`);
      for (const variable of variables) {
        assert.ok(read.has(variable.split("=")[0]), `${file}: ${variable} of make ${target}`);
      }
    }
  });

  it("name stacks that there are", () => {
    const names = found(/STACK=([a-z][a-z0-9-]*)/g);
    assert.ok(names.length > 3);
    // Stacks of the reader's own.
    const own = ["prod", "name"];
    for (const { file, words } of names) {
      const name = words[0] ?? "";
      assert.ok(
        own.includes(name) || existsSync(join(projectRoot, "stacks", `Pulumi.${name}.yaml`)),
        `${file}: ${name}`,
      );
    }
  });

  it("run files of this project, and name folders and files that are there", () => {
    const paths = found(
      /(?<![\w/.~-])((?:\.ci|bench|components|config|dashboards|docs|ledger|lib|local-cluster|policy|provider|restore-drill|samples|stacks|test|tools)\/[\w./-]*\w)/g,
    );
    assert.ok(paths.length > 80, String(paths.length));
    // Files of the reader's own, and the beginning of `stacks/Pulumi.$STACK.yaml`.
    const own = ["stacks/Pulumi.prod.yaml", "stacks/Pulumi"];
    const missing = paths.flatMap(({ file, words: [path = ""] }) => {
      const isThere = [path, join(dirname(file), path)].some((each) => existsSync(join(projectRoot, each)));
      return isThere || own.includes(path) ? [] : [`${file}: ${path}`];
    });
    assert.deepEqual(missing, []);
  });

  it("read outputs that stacks have", () => {
    const source = textOf("components/network.ts") + textOf("index.ts");
    const outputs = found(/pulumi stack output ([a-z]\w*)/g);
    assert.ok(outputs.length > 4);
    for (const { file, words } of outputs) {
      assert.match(source, new RegExp(`^ {2}(?:readonly )?${words[0]}\\??:`, "m"), `${file}: ${words[0]}`);
    }
  });

  it("write secrets into files of the reader alone", () => {
    const written = commands.filter(({ line }) => /--show-secrets.*>/.test(line));
    assert.ok(written.length > 0);
    for (const { file, line } of written) assert.match(line, /^\(umask 077; /, `${file}: ${line}`);
  });

  it("name resources that a stack of this project has", () => {
    const folder = join(projectRoot, "test/golden/identity");
    const living = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"));
    const targets = found(/--target '\*\*::([^']+)'/g);
    assert.ok(targets.length > 1);
    for (const { file, words } of targets) {
      assert.ok(
        living.some((urn) => urn.endsWith(`::${words[0]}`)),
        `${file}: ${words[0]}`,
      );
    }
  });
});

describe("pieces of stack files in the documents", () => {
  const pieces = blocks.filter(({ language, text }) => language === "yaml" && !text.startsWith("apiVersion:"));

  it("are read from the documents", () => assert.ok(pieces.length > 15, String(pieces.length)));

  for (const { file, line, text } of pieces) {
    it(`have keys that a stack file has: ${file}:${line}`, () => {
      assert.equal(whyUnknown(parse(text) as object), undefined);
    });
  }

  it("are whole files without a mistake where they begin as one", () => {
    const files = pieces.filter(({ text }) => text.includes("blockchain-clusters:cluster:"));
    assert.ok(files.length > 0);
    for (const { file, line, text } of files) {
      const { config } = parse(text) as { config: Record<string, unknown> };
      const { problems } = parseStackConfig(config, projectName(), () => ({ reason: "no file is read here" }));
      assert.deepEqual(problems, [], `${file}:${line}`);
    }
  });
});

describe("links in the documents", () => {
  /** Anchor of a heading, as GitHub and Pulumi's registry write it. */
  const anchorOf = (heading: string) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  const anchorsOf = (file: string) =>
    [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

  it("lead to files and headings that are there", () => {
    const all = [...documents, "CHANGELOG.md"].flatMap((file) =>
      [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => ({ file, link })),
    );
    const own = all.filter(({ link }) => !/^[a-z]+:/.test(link));
    assert.ok(own.length > 100, String(own.length));
    for (const { file, link } of own) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : resolve("/", dirname(file), path).slice(1);
      assert.ok(existsSync(join(projectRoot, target)), `${file}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(target).includes(anchor), `${file}: ${link}`);
    }
  });
});
