/** Sources of a cluster's kubeconfig, and its conversion. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fixtures, readStack, runProgram } from "../support/program/run";

describe("a kubeconfig from another stack", function () {
  this.timeout(60_000);
  const withSource = () => {
    const { kubeconfig: _, ...config } = readStack("existing-fabric");
    const kubeconfig = { from: "stack", stack: "organization/clusters/prod" };
    return { ...config, cluster: { ...(config.cluster as object), kubeconfig } };
  };

  it("previews while that stack has not run, with the cluster's identity known all the same", async () => {
    const { resources } = await runProgram("existing-fabric", withSource(), { preview: true });
    const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.deepEqual(provider?.inputs, {
      clusterIdentifier: "existing/trade-prod/1",
      enableConfigMapMutable: "true",
      enableServerSideApply: "true",
      kubeconfig: { unknown: true },
    });
    assert.ok(resources.some(({ type }) => type === "ledger:fabric:Chaincode"));
  });

  it("reaches the providers normalised and secret, since the other stack may not have marked it", async () => {
    const kubeconfig = readFileSync(join(fixtures, "kubeconfig.json"), "utf8");
    const { resources } = await runProgram("existing-fabric", withSource(), { stackOutputs: { kubeconfig } });
    const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    const { secret } = (provider?.inputs as { kubeconfig: { secret: string } }).kubeconfig;
    assert.deepEqual(Object.keys(JSON.parse(secret) as object), [
      "apiVersion",
      "kind",
      "clusters",
      "users",
      "contexts",
      "current-context",
    ]);
  });

  const trusted = readFileSync(join(fixtures, "kubeconfig.json"), "utf8");
  const message =
    "cluster.kubeconfig: its cluster has insecure-skip-tls-verify: true, so an attacker on the way reads every key that " +
    "is sent; must have certificate-authority-data instead";

  /** The kubeconfig for clients that accept any server. */
  function careless(): string {
    const config = JSON.parse(trusted) as { clusters: { cluster: Record<string, unknown> }[] };
    for (const { cluster } of config.clusters) {
      delete cluster["certificate-authority-data"];
      cluster["insecure-skip-tls-verify"] = true;
    }
    return JSON.stringify(config);
  }

  it("is warned of when it takes any server for the cluster's, since keys go over that connection", async () => {
    const warnings = async (kubeconfig: string) => {
      const heard: string[] = [];
      const { warn } = pulumi.log;
      const listen = (text: string) => {
        if (text.startsWith("cluster.kubeconfig")) heard.push(text);
        return Promise.resolve();
      };
      Object.assign(pulumi.log, { warn: listen });
      await runProgram("existing-fabric", withSource(), { stackOutputs: { kubeconfig } }).finally(() =>
        Object.assign(pulumi.log, { warn }),
      );
      return heard;
    };
    assert.deepEqual(await warnings(careless()), [message]);
    assert.deepEqual(await warnings(trusted), []);
  });

  it("is refused in production when it takes any server for the cluster's", async () => {
    const source = withSource();
    Object.assign(source.cluster as object, { environment: "production" });
    const run = runProgram("existing-fabric", source, { stackOutputs: { kubeconfig: careless() } });
    await assert.rejects(run, (error: Error) => error.message.includes(message));
  });
});
