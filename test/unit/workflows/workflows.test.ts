/** Text of the workflows, the only part that can be tested without GitHub. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { engineTools } from "../../../tools/installer/catalog/engine";
import { cloudStacks, cloudVendors } from "../../../tools/cli/cloud-stacks";
import { projectRoot } from "../../../tools/paths";
import { readStackFile, stackNames } from "../../../tools/cli/stack-file";

const folder = join(projectRoot, ".github", "workflows");
const login = join(projectRoot, ".github", "actions", "cloud-login", "action.yml");

interface Step {
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

interface Job {
  if?: string;
  environment?: string;
  env?: Record<string, string>;
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  "timeout-minutes"?: number;
  steps: Step[];
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const texts = new Map(
  [...readdirSync(folder).map((file) => join(folder, file)), login].map((file) => [file, readFileSync(file, "utf8")]),
);

function workflow(name: string): Workflow {
  return parse(texts.get(join(folder, `${name}.yml`)) ?? "") as Workflow;
}

function jobOf(name: string, job: string): Job {
  const found = workflow(name).jobs[job];
  assert.ok(found, `${name}.yml has a job ${job}`);
  return found;
}

function stepsOf(text: string): Step[] {
  const file = parse(text) as Partial<Workflow> & { runs?: { steps: Step[] } };
  return [...Object.values(file.jobs ?? {}).flatMap(({ steps }) => steps), ...(file.runs?.steps ?? [])];
}

describe("workflows", () => {
  it("are the five that docs/ci.md describes", () => {
    assert.deepEqual(readdirSync(folder).sort(), ["deploy.yml", "due.yml", "preview.yml", "soak.yml", "test.yml"]);
    const page = readFileSync(join(projectRoot, "docs", "ci.md"), "utf8");
    for (const file of readdirSync(folder)) assert.ok(page.includes(`\n| \`${file}\``), file);
  });

  for (const [file, text] of texts) {
    const name = file.slice(projectRoot.length + 1);

    it(`pin what they use by a commit, and say which version that is: ${name}`, () => {
      const lines = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
      assert.equal(lines.length, stepsOf(text).filter(({ uses }) => uses !== undefined).length);
      for (const line of lines) {
        const [, path] = /uses: \.\/(\S+)$/.exec(line) ?? [];
        if (path !== undefined) assert.ok(existsSync(join(projectRoot, path, "action.yml")), line);
        else assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/);
      }
    });

    it(`put no text of other authors into a script: ${name}`, () => {
      for (const { run } of stepsOf(text)) assert.doesNotMatch(run ?? "", /\$\{\{/);
    });
  }

  it("use one commit of each action", () => {
    const commits = new Map<string, Set<string>>();
    for (const [, action = "", commit = ""] of [...texts.values()].join("\n").matchAll(/uses: ([^.\s@]+)@(\S+)/g)) {
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    }
    assert.ok(commits.has("pulumi/actions"));
    for (const [action, used] of commits) assert.equal(used.size, 1, action);
  });

  it("may read the code, and have further rights by name only", () => {
    const rights = ["test", "soak", "preview", "deploy", "due"].map((name) => {
      const { permissions, jobs } = workflow(name);
      assert.deepEqual(permissions, { contents: "read" }, name);
      return Object.entries(jobs).map(([job, { permissions }]) => [`${name} ${job}`, permissions]);
    });
    assert.deepEqual(Object.fromEntries(rights.flat()), {
      "test test": undefined,
      "soak soak": undefined,
      "preview stacks": undefined,
      "preview preview": { contents: "read", "id-token": "write", "pull-requests": "write" },
      "deploy stacks": undefined,
      "deploy up": { contents: "read", "id-token": "write" },
      "due stacks": undefined,
      "due due": { contents: "read", "id-token": "write" },
    });
  });

  it("come to an end", () => {
    for (const name of ["test", "soak", "preview", "deploy", "due"]) {
      for (const [job, { "timeout-minutes": minutes }] of Object.entries(workflow(name).jobs)) {
        assert.ok(typeof minutes === "number", `${name} ${job}`);
      }
    }
  });

  it("run a fork's code without credentials", () => {
    const text = texts.get(join(folder, "test.yml")) ?? "";
    assert.doesNotMatch(text, /secrets\.|vars\.|id-token/);
    for (const name of ["test", "soak", "preview", "deploy", "due"]) {
      assert.ok(!("pull_request_target" in workflow(name).on), name);
    }
    assert.equal(
      jobOf("preview", "stacks").if,
      "github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'",
    );
  });

  const withCredentials = [
    ["preview", "preview"],
    ["deploy", "up"],
    ["due", "due"],
  ] as const;

  it("give credentials only to an environment, whose owner decides on their use", () => {
    const environments = withCredentials.map(([name, job]) => jobOf(name, job).environment);
    assert.deepEqual(environments, ["${{ matrix.stack }}-preview", "${{ matrix.stack }}", "${{ matrix.stack }}-due"]);
    assert.match(jobOf("due", "due").if ?? "", /github\.ref == 'refs\/heads\/main'$/);
  });

  it("show secrets to the steps that need them, and install packages before there is anything to take", () => {
    for (const [name, job] of withCredentials) {
      const { env, steps } = jobOf(name, job);
      assert.equal(env, undefined, name);
      const packages = steps.findIndex(({ run }) => run === "npm ci --ignore-scripts");
      const login = steps.findIndex(({ uses }) => uses === "./.github/actions/cloud-login");
      assert.ok(packages > 0 && login > packages, name);
      const users = steps.filter((step) => JSON.stringify(step).includes("secrets."));
      assert.equal(users.length, 2, name);
      for (const { run, uses } of users) {
        assert.match(run ?? uses ?? "", /^make preview-report |^if ! tools\/run pulumi preview |^pulumi\/actions@/);
      }
    }
    assert.match(readFileSync(join(projectRoot, ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
  });

  it("log in for longer than a job may run: without a login the engine cannot write what it made", () => {
    for (const [name, job] of withCredentials) {
      const { steps, "timeout-minutes": minutes = Infinity } = jobOf(name, job);
      const seconds = steps.find(({ uses }) => uses === "./.github/actions/cloud-login")?.with?.["session-seconds"];
      assert.ok(Number(seconds) > minutes * 60, `${name}: ${String(seconds)}`);
    }
    const action = parse(texts.get(login) ?? "") as { runs: { steps: Step[] } };
    const given = action.runs.steps.flatMap(({ with: inputs = {} }) =>
      Object.entries(inputs).filter(([, value]) => value === "${{ inputs.session-seconds }}"),
    );
    assert.deepEqual(
      given.map(([key]) => key),
      ["role-duration-seconds", "role-session-expiration"],
    );
  });

  it("let kubelogin ask GitHub for its token, as what azure/login got is over when a cluster is there", () => {
    const text = texts.get(login) ?? "";
    for (const line of ["AAD_LOGIN_METHOD=workloadidentity", "AZURE_CLIENT_ID=$CLIENT", "AZURE_TENANT_ID=$TENANT"]) {
      assert.ok(text.includes(`echo "${line}"`), line);
    }
  });

  it("fail once a week when something is due", () => {
    const { on } = workflow("due");
    assert.deepEqual(on.schedule, [{ cron: "17 5 * * 1" }]);
    const script = jobOf("due", "due").steps.at(-1)?.run ?? "";
    assert.match(script, /--expect-no-changes; then\n.*::error::.*\n\s+exit 1\n/);
  });

  it("are kept new, with every list of packages and every action", () => {
    const { updates } = parse(readFileSync(join(projectRoot, ".github", "dependabot.yml"), "utf8")) as {
      updates: { "package-ecosystem": string; directories: string[] }[];
    };
    const folders = (ecosystem: string) =>
      updates.filter((update) => update["package-ecosystem"] === ecosystem).flatMap(({ directories }) => directories);
    const listed = spawnSync("git", ["ls-files", "*package-lock.json"], { cwd: projectRoot, encoding: "utf8" });
    const locks = listed.stdout.trim().split("\n");
    assert.deepEqual(folders("npm").sort(), locks.map((file) => join("/", file, "..")).sort());
    assert.deepEqual(folders("github-actions"), ["/", "/.github/actions/cloud-login"]);
  });

  it("build with one version of Go", () => {
    const go = jobOf("test", "test").steps.find(({ uses }) => uses?.startsWith("actions/setup-go@"));
    assert.match(String(go?.with?.["go-version"]), /^\d+\.\d+\.\d+$/);
  });

  it("deploy one stack at a time, after its environment's approval, from main, and never break off", () => {
    assert.deepEqual(Object.keys(workflow("deploy").on).sort(), ["push", "workflow_dispatch"]);
    const up = jobOf("deploy", "up");
    assert.equal(up.environment, "${{ matrix.stack }}");
    assert.deepEqual(up.concurrency, { group: "up-${{ matrix.stack }}", "cancel-in-progress": false });
    assert.match(up.if ?? "", /github\.ref == 'refs\/heads\/main'$/);
  });

  for (const [name, job, command] of [
    ["preview", "preview", "preview"],
    ["deploy", "up", "up"],
  ] as const) {
    it(`judge before they ${command}, with the policy pack and the CLI of this project`, () => {
      const { steps } = jobOf(name, job);
      const gate = steps.findIndex(({ run }) => run?.startsWith("make preview-report "));
      const pulumi = steps.findIndex(({ uses }) => uses?.startsWith("pulumi/actions@"));
      assert.ok(gate > 0 && pulumi > gate);
      assert.equal(steps[pulumi]?.with?.command, command);
      assert.equal(steps[pulumi]?.with?.policyPacks, "policy");
      assert.equal(
        steps[pulumi]?.with?.["pulumi-version"],
        engineTools.find((tool) => tool.name === "pulumi")?.version,
      );
      // A failed gate stops a deployment; a preview shows itself in any case.
      assert.equal(steps[pulumi]?.if, command === "up" ? undefined : "${{ !cancelled() }}");
    });
  }

  it("comment on the pull request, and edit that comment later", () => {
    const step = jobOf("preview", "preview").steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"));
    assert.equal(step?.with?.["comment-on-pr"], true);
    assert.equal(step?.with?.["edit-pr-comment"], true);
  });

  it("find the report's comment by the line that the report begins with", () => {
    const render = readFileSync(join(projectRoot, "tools", "preview-report", "render.ts"), "utf8");
    assert.ok(render.includes("`<!-- preview-report: ${report.stack} -->`"));
    const script = jobOf("preview", "preview").steps.find(({ run }) => run?.includes("gh api"))?.run ?? "";
    assert.ok(script.includes('startswith("<!-- preview-report: " + env.STACK + " -->")'));
  });

  it("log in to every cloud, with inputs that the action knows", () => {
    const action = parse(texts.get(login) ?? "") as { inputs: Record<string, unknown>; runs: { steps: Step[] } };
    for (const vendor of cloudVendors) {
      const uses = action.runs.steps.filter((step) => step.if === `inputs.vendor == '${vendor}'` && step.uses);
      assert.ok(uses.length > 0, vendor);
    }
    for (const [name, job] of withCredentials) {
      const step = jobOf(name, job).steps.find(({ uses }) => uses === "./.github/actions/cloud-login");
      assert.deepEqual(Object.keys(step?.with ?? {}).sort(), Object.keys(action.inputs).sort(), name);
    }
  });

  it("use no variable and no secret that docs/ci.md does not explain", () => {
    const page = readFileSync(join(projectRoot, "docs", "ci.md"), "utf8");
    const names = [...texts.values()].flatMap((text) => [...text.matchAll(/\b(?:vars|secrets)\.(\w+)/g)]);
    assert.ok(names.length > 0);
    for (const [, name = ""] of names) assert.ok(page.includes(`\`${name}\``), name);
  });
});

describe("the stacks that workflows work on", () => {
  let stacks: string;

  before(() => {
    stacks = mkdtempSync(join(tmpdir(), "cloud-stacks-"));
    for (const vendor of ["aks", "existing"]) {
      const file = join(stacks, `Pulumi.${vendor}-a.yaml`);
      writeFileSync(file, `config:\n  blockchain-clusters:cluster: { vendor: ${vendor} }\n`);
    }
  });
  after(() => rmSync(stacks, { recursive: true }));

  it("are those that the repository names, each with the vendor of its stack file", () => {
    assert.deepEqual(cloudStacks(["aks-a", "aks-a"], stacks), [{ stack: "aks-a", vendor: "aks" }]);
    assert.deepEqual(cloudStacks([], stacks), []);
  });

  it("have a stack file, on a cloud", () => {
    assert.throws(() => cloudStacks(["gke-a"], stacks), /There is no stack gke-a: .* Stacks: aks-a, existing-a\./);
    assert.throws(
      () => cloudStacks(["existing-a"], stacks),
      /Stack existing-a has cluster\.vendor "existing"; workflows log in to ack, aks, eks, gke only/,
    );
  });

  it("can be any of this project's on a cloud, which are named after their vendor", () => {
    const names = stackNames().filter((name) => cloudVendors.includes(name.split("-")[0] ?? ""));
    assert.deepEqual(
      cloudStacks(names),
      names.map((stack) => ({ stack, vendor: stack.split("-")[0] })),
    );
    for (const name of stackNames()) {
      if (!names.includes(name)) assert.ok(!cloudVendors.includes(String(readStackFile(name).vendor)), name);
    }
  });
});
