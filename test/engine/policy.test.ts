/**
 * The policy pack under the real engine, on a program with the real Kubernetes provider. No cluster answers: a preview
 * of new resources needs none. The rules for clusters of clouds are tested in clouds/policy.test.ts.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { paths, projectRoot } from "../../tools/paths";
import { PulumiProgram } from "../support/pulumi-program";

const source = `
import * as k8s from "@pulumi/kubernetes";
const input = require("./input.json");
const provider = new k8s.Provider("cluster", { kubeconfig: input.kubeconfig });
for (const { group, kind, name, ...args } of input.objects ?? []) {
  new (k8s as any)[group].v1[kind](name, args, { provider });
}
`;

const container = {
  name: "node",
  image: "registry.example.com/node:1.0",
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

const pod = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
};

function deployment(changes: object): object {
  return {
    ...{ group: "apps", kind: "Deployment", name: "node", metadata: { namespace: "trade" } },
    spec: {
      selector: { matchLabels: { app: "node" } },
      template: { metadata: { labels: { app: "node" } }, spec: { ...pod, containers: [{ ...container, ...changes }] } },
    },
  };
}

const defaultDeny = {
  ...{ group: "networking", kind: "NetworkPolicy", name: "deny", metadata: { namespace: "trade" } },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};

const claims = {
  ...{ group: "apps", kind: "StatefulSet", name: "chain", metadata: { namespace: "trade" } },
  spec: {
    serviceName: "chain",
    selector: { matchLabels: { app: "chain" } },
    template: { metadata: { labels: { app: "chain" } }, spec: { ...pod, containers: [container] } },
    volumeClaimTemplates: [{ metadata: { name: "chain" }, spec: { accessModes: ["ReadWriteMany"] } }],
  },
};

const disks = {
  ...{ group: "storage", kind: "StorageClass", name: "disks", provisioner: "ebs.csi.aws.com" },
  parameters: { type: "gp3" },
};

const door = {
  ...{ group: "core", kind: "Service", name: "door", metadata: { namespace: "trade" } },
  spec: {
    type: "LoadBalancer",
    loadBalancerSourceRanges: ["203.0.113.0/24"],
    selector: { app: "node" },
    ports: [{ port: 443, targetPort: 7053 }],
  },
};

const openDoor = {
  ...door,
  spec: { ...door.spec, loadBalancerSourceRanges: [], ports: [{ port: 443, targetPort: 7051 }] },
};

const everybody = { ...defaultDeny, name: "everybody", spec: { podSelector: {}, ingress: [{}] } };

describe("the policy pack under the engine", function () {
  this.timeout(300_000);

  let program: PulumiProgram;

  before(async () => {
    program = await PulumiProgram.create(source);
  });
  after(() => program.remove());

  async function preview(...objects: object[]): Promise<{ exit: number | undefined; text: string }> {
    const kubeconfig = join(projectRoot, "test", "golden", "fixtures", "kubeconfig.json");
    program.setInput({ kubeconfig, objects });
    return program.start("preview", "--policy-pack", paths.policyPack).outcome;
  }

  it("lets a program pass that keeps its rules", async () => {
    const { exit, text } = await preview(deployment({}), defaultDeny);
    assert.equal(exit, 0, text);
    assert.match(text, /✅ blockchain-clusters@v/);
    assert.match(text, /\+ 4 to create/);
  });

  const refusals: [rule: string, found: RegExp, ...objects: object[]][] = [
    [
      "image-tags",
      /Deployment\/node: spec\.template\.spec\.containers\[node\]\.image: given "node:latest"; must have a tag of one version/,
      deployment({ image: "node:latest" }),
      defaultDeny,
    ],
    [
      "resource-amounts",
      /\.resources: must have limits\.cpu, limits\.memory/,
      deployment({ resources: { requests: container.resources.requests } }),
      defaultDeny,
    ],
    [
      "pod-privileges",
      /\.securityContext\.privileged: given true; must be false/,
      deployment({ securityContext: { ...container.securityContext, privileged: true } }),
      defaultDeny,
    ],
    [
      "ledger-volumes",
      /volumeClaimTemplates\[chain\]\.spec\.accessModes\[0\]: given "ReadWriteMany"/,
      claims,
      defaultDeny,
    ],
    ["disk-encryption", /StorageClass\/disks: parameters\.encrypted: missing; must be true/, disks],
    ["admin-ports", /Service\/door: spec\.ports\[0\]\.targetPort: given "7053"; must lead to a port for clients/, door],
    ["load-balancer-sources", /Service\/door: spec\.loadBalancerSourceRanges: missing; must list networks/, openDoor],
    ["open-policies", /NetworkPolicy\/everybody: spec\.ingress\[0\]\.from: missing; must name/, everybody],
    [
      "pod-restrictions",
      /\.capabilities\.drop: missing; must have ALL/,
      deployment({ securityContext: { allowPrivilegeEscalation: false } }),
      defaultDeny,
    ],
    ["default-deny", /Deployment\/node: metadata\.namespace: given "trade"; must have a NetworkPolicy/, deployment({})],
  ];

  for (const [rule, found, ...objects] of refusals) {
    it(`refuses a preview by ${rule}`, async () => {
      const { exit, text } = await preview(...objects);
      assert.notEqual(exit, 0, text);
      assert.match(text, new RegExp(`\\[mandatory\\] +${rule} `));
      assert.match(text, found);
      assert.equal([...text.matchAll(/\[mandatory\]/g)].length, 1, text);
    });
  }

  it("refuses the same by pulumi up, which then creates nothing", async () => {
    await preview(disks);
    const up = await program.start("up", "--yes", "--skip-preview", "--policy-pack", paths.policyPack).outcome;
    assert.notEqual(up.exit, 0, up.text);
    assert.match(up.text, /\[mandatory\] +disk-encryption /);
    assert.ok(!(await program.resources()).some(({ type }) => type.endsWith(":StorageClass")));
  });
});
