/** Kubeconfigs of every shape get one form. End-to-end tests show that clusters accept them. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { normalizeKubeconfig } from "../../../../components/clouds/kubeconfig";

type Fields = Record<string, unknown>;

function kubeconfig(change: { cluster?: Fields; user?: Fields; top?: Fields } = {}): Fields {
  return {
    "current-context": "prod",
    preferences: {},
    contexts: [
      { name: "dev", context: { cluster: "dev", user: "dev" } },
      { name: "prod", context: { user: "admin", cluster: "prod", namespace: "kube-system" } },
      { name: "lost", context: { user: "nobody", cluster: "prod" } },
    ],
    users: [
      { name: "dev", user: { token: "dev-token" } },
      { name: "admin", user: change.user ?? { token: "t" } },
    ],
    clusters: [
      { name: "dev", cluster: { server: "https://dev" } },
      {
        name: "prod",
        cluster: change.cluster ?? {
          server: "https://prod",
          "certificate-authority-data": "Q0E=",
          extensions: [{ name: "x" }],
        },
      },
    ],
    kind: "Config",
    apiVersion: "v1",
    ...change.top,
  };
}

const files: Record<string, string> = { "/home/me/ca.crt": "CA", "/home/me/key.pem": "KEY", "/run/token": "t0ken\n" };

function normalize(config: Fields | string, options: { context?: string; baseDirectory?: string } = {}): string {
  return normalizeKubeconfig(typeof config === "string" ? config : JSON.stringify(config), {
    ...options,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error("no such file");
      return Buffer.from(text);
    },
  });
}

function userOf(text: string): unknown {
  return (JSON.parse(text) as { users: [{ user: unknown }] }).users[0].user;
}

describe("normalizeKubeconfig", () => {
  it("keeps the current context with its cluster and user, in fixed order", () => {
    assert.equal(
      normalize(kubeconfig()),
      '{"apiVersion":"v1","kind":"Config",' +
        '"clusters":[{"name":"prod","cluster":{"server":"https://prod","certificate-authority-data":"Q0E="}}],' +
        '"users":[{"name":"admin","user":{"token":"t"}}],' +
        '"contexts":[{"name":"prod","context":{"cluster":"prod","user":"admin"}}],' +
        '"current-context":"prod"}',
    );
  });

  it("gives the same text for YAML and JSON, and again for its own result", () => {
    const once = normalize(kubeconfig());
    assert.equal(normalize(stringify(kubeconfig())), once);
    assert.equal(normalize(once), once);
  });

  it("takes the named context", () => {
    assert.deepEqual(userOf(normalize(kubeconfig(), { context: "dev" })), { token: "dev-token" });
  });

  it("embeds files, since the text travels without them", () => {
    const config = kubeconfig({
      cluster: { server: "https://prod", "certificate-authority": "ca.crt" },
      user: { "client-certificate": "/home/me/ca.crt", "client-key": "key.pem", tokenFile: "/run/token", token: "old" },
    });
    const text = normalize(config, { baseDirectory: "/home/me" });
    assert.ok(text.includes('"certificate-authority-data":"Q0E="'));
    assert.deepEqual(userOf(text), { "client-certificate-data": "Q0E=", "client-key-data": "S0VZ", token: "t0ken" });
  });

  it("keeps exec plugins, with their place if they are files", () => {
    const exec = {
      command: "bin/login",
      apiVersion: "client.authentication.k8s.io/v1",
      args: ["token"],
      interactiveMode: "Never",
    };
    assert.deepEqual(userOf(normalize(kubeconfig({ user: { exec } }), { baseDirectory: "/home/me" })), {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "/home/me/bin/login",
        args: ["token"],
        interactiveMode: "Never",
      },
    });
    const named = { ...exec, command: "aws" };
    assert.deepEqual(userOf(normalize(kubeconfig({ user: { exec: named } }))), {
      exec: { apiVersion: exec.apiVersion, command: "aws", args: ["token"], interactiveMode: "Never" },
    });
  });

  const refused: { because: string; config: Fields | string; context?: string; message: string }[] = [
    {
      because: "there is nothing in it",
      config: "",
      message: "kubeconfig: is empty or no map; it must have clusters, users, contexts and current-context",
    },
    {
      because: "no context is chosen",
      config: kubeconfig({ top: { "current-context": "" } }),
      message: 'kubeconfig: current-context names no context; known: "dev", "prod", "lost"',
    },
    {
      because: "the context is not there",
      config: kubeconfig(),
      context: "stage",
      message: 'kubeconfig: context names the context "stage", which is not there; known: "dev", "prod", "lost"',
    },
    {
      because: "the context's user is not there",
      config: kubeconfig(),
      context: "lost",
      message: 'kubeconfig: context "lost" names the user "nobody", which is not there; known: "dev", "admin"',
    },
    {
      because: "the cluster has no address",
      config: kubeconfig({ cluster: {} }),
      message: 'kubeconfig: cluster "prod" has no server; it must be a URL',
    },
    {
      because: "the user logs in by a way that is gone",
      config: kubeconfig({ user: { "auth-provider": { name: "gcp" } } }),
      message:
        'kubeconfig: user "admin" has an auth-provider, which Kubernetes 1.26 removed; it must use an exec plugin',
    },
    {
      because: "a relative path has nothing to be relative to",
      config: kubeconfig({ user: { "client-key": "key.pem" } }),
      message:
        'kubeconfig: client-key refers to the relative path "key.pem"; embed it with `kubectl config view --raw --flatten`',
    },
    {
      because: "a file is not there",
      config: kubeconfig({ user: { "client-key": "/nowhere" } }),
      message:
        'kubeconfig: client-key refers to "/nowhere", which cannot be read (no such file); embed it with `kubectl config view --raw --flatten`',
    },
  ];
  for (const { because, config, context, message } of refused) {
    it(`says so when ${because}`, () => {
      assert.throws(() => normalize(config, { context }), { message });
    });
  }

  it("says so when the text is no YAML, without quoting what may be a key", () => {
    assert.throws(
      () => normalize("token: [secret-token"),
      (error: Error) => {
        assert.match(error.message, /^kubeconfig: is no YAML or JSON: /);
        assert.ok(!error.message.includes("secret-token"));
        return true;
      },
    );
  });
});
