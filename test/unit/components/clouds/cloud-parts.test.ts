/** Pure parts of the clouds' components. Golden files show the resources made with them. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import fc from "fast-check";
import { nodesPerZone } from "../../../../components/clouds/node-pools";
import { subnetCidr } from "../../../../lib/ipv4";
import { amiType } from "../../../../components/clouds/eks/node-pools";
import { partitionOf } from "../../../../components/clouds/eks/roles";
import { checkZones } from "../../../../components/clouds/eks/zones";
import { findProgram } from "../../../../lib/find-program";
import { clusterIdentity, clusterName } from "../../../../components/clouds/identity";
import {
  execKubeconfig,
  normalizeKubeconfig,
  trustsAnyServer,
  withExecUser,
  withServer,
} from "../../../../components/clouds/kubeconfig";

describe("subnetCidr", () => {
  it("divides a network into equal parts", () => {
    const parts = [0, 1, 7].map((index) => subnetCidr("10.64.0.0/16", 3, index));
    assert.deepEqual(parts, ["10.64.0.0/19", "10.64.32.0/19", "10.64.224.0/19"]);
    assert.equal(subnetCidr("10.64.0.0/16", 6, 32), "10.64.128.0/22");
    assert.equal(subnetCidr("172.21.0.0/20", 12, 10), "172.21.0.10/32");
  });

  it("refuses a part that is not there", () => {
    assert.throws(() => subnetCidr("10.0.0.0/16", 3, 8), { message: "10.0.0.0/16 has no part 8 of 8" });
    assert.throws(() => subnetCidr("10.0.0.0/30", 3, 0), { message: "10.0.0.0/30 has no part 0 of 8" });
  });
});

describe("nodesPerZone", () => {
  it("loses and invents no node, and leaves no zone two behind another", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 6 }), (total, zones) => {
        const nodes = nodesPerZone(total, zones);
        assert.equal(nodes.length, zones);
        assert.equal(
          nodes.reduce((sum, count) => sum + count, 0),
          total,
        );
        assert.ok(Math.max(...nodes) - Math.min(...nodes) <= 1);
      }),
    );
  });
});

describe("clusterIdentity", () => {
  it("is made of fixed settings in a stable form, since another identity replaces the cluster", () => {
    const config = { name: "trade", generation: 2 };
    assert.equal(
      clusterIdentity("eks", "eu-central-1", config, ["172.20.0.0/16", undefined, "vpc-1"]),
      "eks/eu-central-1/trade/2/172.20.0.0/16/vpc-1",
    );
  });
});

describe("clusterName", () => {
  it("changes with the identity, known beforehand, in a form that stays, since another name is another cluster", () => {
    assert.equal(clusterName("trade", "eks/eu-central-1/trade/1/172.20.0.0/16"), "trade-567e5d");
    assert.notEqual(clusterName("trade", "a"), clusterName("trade", "b"));
  });

  it("is short enough for every vendor, names of nodes' groups and of the API's address included", () => {
    const longest = clusterName("x".repeat(30), "any");
    // Limits of names: AKS 63, and 54 as the prefix of its address; EKS 100; ACK 63; GKE 40, of a name of 24.
    assert.equal(longest.length, 37);
    assert.match(longest, /^[a-z][a-z0-9-]*[a-z0-9]$/);
  });
});

describe("findProgram", () => {
  const folder = mkdtempSync(join(tmpdir(), "helpers-"));
  after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, mode: number) => {
    writeFileSync(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), mode);
  };

  it("finds what can be run, and nothing else, in the order of PATH", () => {
    put("aws", 0o755);
    put("notes", 0o644);
    mkdirSync(join(folder, "kubelogin"));
    const path = ["/nowhere", "", folder].join(delimiter);
    assert.equal(findProgram("aws", path), join(folder, "aws"));
    assert.equal(findProgram("notes", path), undefined);
    assert.equal(findProgram("kubelogin", path), undefined);
    assert.equal(findProgram("gcloud", path), undefined);
  });
});

describe("execKubeconfig", () => {
  const exec = {
    command: "aws",
    args: ["eks", "get-token"],
    installHint: "Install the AWS CLI",
  };
  const cluster = { name: "trade", server: "https://api", certificateAuthority: "Q0E=" };

  it("has one context, keys in fixed order and no credential", () => {
    assert.equal(
      execKubeconfig({ ...cluster, exec }),
      '{"apiVersion":"v1","kind":"Config",' +
        '"clusters":[{"name":"trade","cluster":{"server":"https://api","certificate-authority-data":"Q0E="}}],' +
        '"users":[{"name":"trade","user":{"exec":{"apiVersion":"client.authentication.k8s.io/v1beta1","command":"aws",' +
        '"args":["eks","get-token"],"installHint":"Install the AWS CLI","interactiveMode":"IfAvailable"}}}],' +
        '"contexts":[{"name":"trade","context":{"cluster":"trade","user":"trade"}}],' +
        '"current-context":"trade"}',
    );
  });

  it("is in the form that every kubeconfig is brought to", () => {
    const text = execKubeconfig({ ...cluster, exec: { ...exec, provideClusterInfo: true, env: { AWS_PAGER: "" } } });
    const readFile = () => assert.fail("no file");
    assert.equal(normalizeKubeconfig(text, { readFile }), text);
    assert.ok(text.includes('"env":[{"name":"AWS_PAGER","value":""}]'));
    assert.ok(text.includes('"provideClusterInfo":true'));
  });

  it("replaces the user of the vendor's kubeconfig", () => {
    const given = JSON.stringify({
      clusters: [{ name: "x", cluster: { server: "https://api", "certificate-authority-data": "Q0E=" } }],
      users: [{ name: "clusterUser", user: { exec: { args: ["--login", "devicecode"] } } }],
    });
    assert.equal(withExecUser(given, "trade", exec), execKubeconfig({ ...cluster, exec }));
  });
});

describe("withServer", () => {
  const exec = { command: "aws", installHint: "Install it" };
  const at = (server: string) => execKubeconfig({ name: "trade", server, certificateAuthority: "Q0E=", exec });

  it("changes the address and nothing else, so that the form stays the same", () => {
    assert.equal(withServer(at("https://public"), "https://10.0.0.1:6443"), at("https://10.0.0.1:6443"));
  });
});

describe("trustsAnyServer", () => {
  const asked = (cluster: object) => trustsAnyServer(JSON.stringify({ clusters: [{ cluster }] }));

  it("is about the one switch that makes clients take any certificate", () => {
    assert.equal(asked({ server: "https://api", "insecure-skip-tls-verify": true }), true);
    assert.equal(asked({ server: "https://api", "insecure-skip-tls-verify": false }), false);
    assert.equal(asked({ server: "https://api", "certificate-authority-data": "Q0E=" }), false);
  });
});

describe("checkZones", () => {
  it("keeps zones that AWS knows, in the order of the stack file, since subnets are counted by it", () => {
    assert.deepEqual(checkZones(["r-1c", "r-1a"], ["r-1a", "r-1b", "r-1c"]), ["r-1c", "r-1a"]);
  });

  it("names those that cannot have a cluster, and those that can", () => {
    assert.throws(() => checkZones(["r-1a", "r-1b", "r-1e"], ["r-1a", "r-1b", "r-1d"]), {
      message:
        "cluster.zones: given r-1a, r-1b, r-1e, of which r-1e cannot have a cluster; " +
        "must be of those that this account has and EKS uses: r-1a, r-1b, r-1d",
    });
  });
});

describe("AWS names", () => {
  it("tell processors apart by the machine's family", () => {
    const types = ["m7i.xlarge", "m7g.xlarge", "c7gn.large", "t4g.medium", "g5.xlarge", "t3.large"].map(amiType);
    const [arm, x86] = ["AL2023_ARM_64_STANDARD", "AL2023_x86_64_STANDARD"];
    assert.deepEqual(types, [x86, arm, arm, arm, x86, x86]);
  });

  it("tell partitions apart by the region", () => {
    const regions = ["eu-central-1", "cn-north-1", "us-gov-west-1"];
    assert.deepEqual(regions.map(partitionOf), ["aws", "aws-cn", "aws-us-gov"]);
  });
});
