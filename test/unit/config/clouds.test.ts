/** Refusals and defaults of the schemas of the four clouds. */
import assert from "node:assert/strict";
import { problemsOf, read } from "./read";

const network = `
network:
  type: fabric
  fabric:
    peerOrganizations: [{ name: org1 }]
    channels: [{ name: trade }]
`;

const access = "apiAccess: { authorizedCidrs: [203.0.113.0/24] }";
const uuid = "12345678-1234-1234-1234-123456789012";
const place = {
  ack: "region: eu-central-1, zones: [eu-central-1a, eu-central-1b, eu-central-1c]",
  aks: `location: westeurope, subscriptionId: ${uuid}, tenantId: ${uuid}`,
  eks: "region: eu-central-1",
  gke: "project: trade-123456, region: europe-west3",
};
type Cloud = keyof typeof place;
const clouds = Object.keys(place) as Cloud[];

function accessOf(vendor: Cloud): string {
  return vendor === "ack" ? "apiAccess: { private: true }" : access;
}

/** A cluster without mistakes, except for those in `fields`. */
function cluster(vendor: Cloud, fields: string): string {
  return `cluster: { vendor: ${vendor}, name: prod, ${[place[vendor], fields].filter(Boolean).join(", ")} }${network}`;
}

function withAccess(vendor: Cloud, fields: string): string {
  return cluster(vendor, [accessOf(vendor), fields].filter(Boolean).join(", "));
}

interface Bad {
  because: string;
  yaml: string;
  problems: string[];
}

const bad: Bad[] = [
  {
    because: "nobody says who reaches the API",
    yaml: cluster("eks", ""),
    problems: [
      'cluster.apiAccess: missing; must have `authorizedCidrs`, the networks from which the Kubernetes API answers, for example ["203.0.113.0/24"], or `private: true`',
    ],
  },
  {
    because: "the whole internet is no authorised network, not in halves and not by IPv6 either",
    yaml: cluster("gke", 'apiAccess: { authorizedCidrs: [203.0.113.0/24, 0.0.0.0/1, 128.0.0.0/1, "::/0", 0.0.0.0/0] }'),
    problems: ["0.0.0.0/1", "128.0.0.0/1", "::/0", "0.0.0.0/0"].map(
      (cidr, index) =>
        `cluster.apiAccess.authorizedCidrs[${index + 1}]: given "${cidr}"; must be a network that you know, because this one is the whole internet, or too much of it`,
    ),
  },
  {
    because: "a private API has no list",
    yaml: cluster("aks", "apiAccess: { private: true, authorizedCidrs: [203.0.113.0/24] }"),
    problems: [
      'cluster.apiAccess.authorizedCidrs: given ["203.0.113.0/24"]; must be left out, because private is true, and a private API has no public address',
    ],
  },
  ...(["eks", "gke"] as const).map((vendor) => ({
    because: `a private API of ${vendor} answers private networks beside its own, and no other reaches it`,
    yaml: cluster(
      vendor,
      'apiAccess: { private: true, authorizedCidrs: [10.1.0.0/16, 203.0.113.0/24, 100.64.0.0/10, "fd00::/8", 172.0.0.0/8] }',
    ),
    problems: [
      [1, "203.0.113.0/24"],
      [3, "fd00::/8"],
      [4, "172.0.0.0/8"],
    ].map(
      ([index, cidr]) =>
        `cluster.apiAccess.authorizedCidrs[${index}]: given "${cidr}"; must be a private network of IPv4 (in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10), because private is true, and no other reaches a private API`,
    ),
  })),
  {
    because: "AKS keeps some ranges, wherever a network meets them, but asks nothing of one it does not make",
    yaml: withAccess("aks", "network: { cidr: 172.30.0.0/16, podCidr: 172.16.0.0/12, serviceCidr: 192.0.2.128/25 }"),
    problems: [
      'cluster.network.cidr: given "172.30.0.0/16"; must be apart from 172.30.0.0/16, because AKS keeps it for itself',
      'cluster.network.podCidr: given "172.16.0.0/12"; must be apart from network.cidr (172.30.0.0/16)',
      'cluster.network.podCidr: given "172.16.0.0/12"; must be apart from 172.30.0.0/16, because AKS keeps it for itself',
      'cluster.network.serviceCidr: given "192.0.2.128/25"; must be apart from 192.0.2.0/24, because AKS keeps it for itself',
    ],
  },
  {
    because: "a subnet is in one zone",
    yaml: withAccess(
      "eks",
      "network: { existing: { vpcId: vpc-1a, privateSubnetIds: [subnet-1a, subnet-1b, subnet-1c, subnet-1b] } }",
    ),
    problems: [
      'cluster.network.existing.privateSubnetIds[3]: given "subnet-1b"; must be a subnet of its own, because cluster.network.existing.privateSubnetIds[1] has it already',
      "cluster.nodePools.ledger.minNodes: given 3; must be 4 or more: one in each zone",
      "cluster.nodePools.system.minNodes: given 3; must be 4 or more: one in each zone",
    ],
  },
  {
    because: "a version is for an add-on that is there",
    yaml: withAccess("eks", "addonVersions: { core-dns: v1, cluster-autoscaler: v1.35.0, adot: v1 }"),
    problems: [
      "cluster.addonVersions.adot: must be left out, or one of vpc-cni, kube-proxy, eks-pod-identity-agent, coredns, metrics-server, snapshot-controller, aws-ebs-csi-driver, aws-efs-csi-driver, cluster-autoscaler",
      'cluster.addonVersions.core-dns: must be left out, or one of vpc-cni, kube-proxy, eks-pod-identity-agent, coredns, metrics-server, snapshot-controller, aws-ebs-csi-driver, aws-efs-csi-driver, cluster-autoscaler. Did you mean "coredns"?',
    ],
  },
  {
    because: "EKS takes few networks for Services",
    yaml: withAccess("eks", "network: { serviceCidr: 100.64.0.0/16 }"),
    problems: [
      'cluster.network.serviceCidr: given "100.64.0.0/16"; must be a network of /12 to /24, in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, because EKS takes no other',
    ],
  },
  {
    because: "AKS gives its DNS the tenth address of the Services",
    yaml: withAccess("aks", "network: { serviceCidr: 10.72.0.0/29 }"),
    problems: [
      'cluster.network.serviceCidr: given "10.72.0.0/29"; must be a network of /13 to /28, because AKS takes no other',
    ],
  },
  {
    because: "clusters have addresses of IPv4, and the network that is made private ones, from its first on",
    yaml: withAccess("gke", 'network: { cidr: 172.64.0.0/16, podCidr: "fd00::/48", serviceCidr: 10.72.0.0/20 }'),
    problems: [
      'cluster.network.cidr: given "172.64.0.0/16"; must be a private network of /16 to /18, for example "10.64.0.0/16"',
      'cluster.network.podCidr: given "fd00::/48"; must be a network of IPv4 in CIDR form, for example "10.0.0.0/16"',
    ],
  },
  {
    because: "a network begins with its first address",
    yaml: withAccess("eks", "network: { cidr: 10.64.32.0/18 }"),
    problems: ['cluster.network.cidr: given "10.64.32.0/18"; must be a network by its first address, 10.64.0.0/18'],
  },
  {
    because: "groups and logins of Entra do nothing beside a certificate",
    yaml: withAccess("aks", `authentication: { login: spn, adminGroupObjectIds: [${uuid}] }`),
    problems: [
      `cluster.authentication.adminGroupObjectIds: given ["${uuid}"]; must be left out, because method is admin, whose certificate is the only login`,
      'cluster.authentication.login: given "spn"; must be left out, because method is admin, whose certificate is the only login',
    ],
  },
  {
    because: "AWS has one entry for a principal",
    yaml: withAccess(
      "eks",
      "admins: ['arn:aws:iam::111122223333:role/a'], viewers: ['arn:aws:iam::111122223333:role/b', 'arn:aws:iam::111122223333:role/a']",
    ),
    problems: [
      'cluster.viewers[1]: given "arn:aws:iam::111122223333:role/a"; must be a principal of its own, because cluster.admins[0] has it already',
    ],
  },
  {
    because: "no key is made in an instance beside one of the file",
    yaml: withAccess("ack", "encryptionKey: key-hzz62f1cb66fa42qo8lzf, kmsInstanceId: kst-hzz62f1cb66fa42qo8lzf"),
    problems: [
      'cluster.kmsInstanceId: given "kst-hzz62f1cb66fa42qo8lzf"; must be left out, because no key is made beside encryptionKey',
    ],
  },
  {
    because: "ACK cannot keep a list",
    yaml: cluster("ack", access),
    problems: [
      "cluster.apiAccess: must be { private: true }, because ACK lets no stack file say who reaches a public address. Run `pulumi` inside the VPC, and see docs/clouds.md",
    ],
  },
  {
    because: "a list of the wrong type is one mistake, not two",
    yaml: cluster("eks", "apiAccess: { authorizedCidrs: 203.0.113.0/24 }"),
    problems: [
      'cluster.apiAccess.authorizedCidrs: given "203.0.113.0/24"; must be a list of networks, for example ["203.0.113.0/24"]',
    ],
  },
  {
    because: "pods leave their Services by what Kubernetes 1.30 brought",
    yaml: withAccess("eks", 'kubernetesVersion: "1.29"'),
    problems: ['cluster.kubernetesVersion: given "1.29"; must be 1.30 or later'],
  },
  {
    because: "three zones are three, and of the cluster's region",
    yaml: withAccess("gke", "zones: [europe-west3-a, europe-west3-a, us-east1-b]"),
    problems: [
      'cluster.zones[1]: given "europe-west3-a"; must be a zone of its own, because cluster.zones[0] has it already',
      'cluster.zones[2]: given "us-east1-b"; must be a zone of the region europe-west3',
    ],
  },
  {
    because: "so are the vSwitches in them",
    yaml: `cluster: { vendor: ack, name: prod, region: eu-central-1, ${accessOf("ack")}, network: { existing: { vpcId: vpc-1a, cidr: 10.0.0.0/16, vswitchIds: [vsw-1a, vsw-1a, vsw-1b], podVswitchIds: [vsw-2a, vsw-2b, vsw-2c] } } }${network}`,
    problems: [
      'cluster.network.existing.vswitchIds[1]: given "vsw-1a"; must be a vSwitch of its own, because cluster.network.existing.vswitchIds[0] has it already',
    ],
  },
  {
    because: "everything wrong at EKS comes at once",
    yaml: cluster(
      "eks",
      `${access}, zones: [eu-central-1a], kubernetesVersion: 1.35, encryptionKey: mine, credentials: { roleArn: deploy }, network: { existing: { vpcId: vpc-1, privateSubnetIds: [subnet-1] }, cidr: 8.8.0.0/8 }, nodePool: {}`,
    ),
    problems: [
      'cluster.credentials.roleArn: given "deploy"; must be the ARN of a role, for example "arn:aws:iam::111122223333:role/deploy"',
      'cluster.encryptionKey: given "mine"; must be the ARN of a KMS key, for example "arn:aws:kms:eu-central-1:111122223333:key/..."',
      'cluster.kubernetesVersion: given 1.35; must be a minor version of Kubernetes, for example "1.35"',
      'cluster.network.cidr: given "8.8.0.0/8"; must be a private network of /16 to /18, for example "10.64.0.0/16"',
      'cluster.network.existing.privateSubnetIds: given ["subnet-1"]; must be a list of at least 3 subnet ids',
      'cluster.nodePool: must be left out, or one of the keys here: vendor, region, zones, name, environment, protect, generation, kubernetesVersion, apiAccess, tags, nodePools, network, encryptionKey, nodeDiskKey, credentials, admins, viewers, addonVersions. Did you mean "nodePools"?',
      'cluster.zones: given ["eu-central-1a"]; must be a list of 3 or 4 zones, for example ["eu-central-1a", "eu-central-1b", "eu-central-1c"]',
    ],
  },
  {
    because: "everything wrong at GKE comes at once",
    yaml: `cluster: { vendor: gke, name: ${"n".repeat(25)}, project: Trade, region: frankfurt, ${access}, network: { existing: { network: n, subnetwork: s, podRange: p } } }${network}`,
    problems: [
      `cluster.name: given "${"n".repeat(25)}"; must be a name of lower case letters, digits and hyphens that starts with a letter, at most 24 characters`,
      "cluster.network.existing.serviceRange: missing; must be the name of a secondary range",
      'cluster.project: given "Trade"; must be the id of a project, for example "trade-123456"',
      'cluster.region: given "frankfurt"; must be a region of Google Cloud, for example "europe-west3"',
    ],
  },
  {
    because: "everything wrong at AKS comes at once",
    yaml: `cluster: { vendor: aks, name: prod, location: West Europe, subscriptionId: mine, tenantId: ${uuid}, ${access}, zones: ["1", "4", "2"], authentication: { method: password }, encryptionKey: { keyId: https://v.vault.azure.net/keys/k, keyVaultId: v, diskEncryptionSetId: d }, network: { existing: { subnetId: nodes } } }${network}`,
    problems: [
      'cluster.authentication.method: given "password"; must be one of admin, kubelogin',
      'cluster.encryptionKey.diskEncryptionSetId: given "d"; must be the resource id of a disk encryption set, "/subscriptions/.../resourceGroups/.../providers/Microsoft.Compute/diskEncryptionSets/..."',
      'cluster.encryptionKey.keyId: given "https://v.vault.azure.net/keys/k"; must be the URL of a key with its version, "https://NAME.vault.azure.net/keys/KEY/VERSION"',
      'cluster.encryptionKey.keyVaultId: given "v"; must be the resource id of a key vault, "/subscriptions/.../resourceGroups/.../providers/Microsoft.KeyVault/vaults/..."',
      'cluster.location: given "West Europe"; must be a region of Azure, for example "westeurope"',
      'cluster.network.existing.subnetId: given "nodes"; must be the resource id of a subnet, "/subscriptions/.../virtualNetworks/.../subnets/..."',
      'cluster.subscriptionId: given "mine"; must be the id of a subscription: 32 hexadecimal digits in five groups',
      'cluster.zones[1]: given "4"; must be one of 1, 2, 3',
    ],
  },
  {
    because: "everything wrong at ACK comes at once",
    yaml: `cluster: { vendor: ack, name: prod, region: eu-central-1, apiAccess: { private: true }, kubernetesVersion: "1.35", encryptionKey: short, network: { existing: { vpcId: v, cidr: 10.0.0.0/8, vswitchIds: [vsw-1, vsw-2, vsw-3], podVswitchIds: [vsw-4, vsw-5, vsw-6, vsw-7] } } }${network}`,
    problems: [
      'cluster.encryptionKey: given "short"; must be the id of a KMS key, for example "key-hzz62f1cb66fa42qo8lzf"',
      'cluster.kubernetesVersion: given "1.35"; must be a version of ACK with patch and build, for example "1.35.7-aliyun.1"',
      'cluster.network.existing.podVswitchIds: given ["vsw-4","vsw-5","vsw-6","vsw-7"]; must be 3 vSwitches, one in each zone of vswitchIds',
      'cluster.network.existing.vpcId: given "v"; must be the id of a VPC, for example "vpc-0a1b2c3d"',
    ],
  },
  {
    because: "Google's labels are lower case",
    yaml: withAccess("gke", "tags: { Team: ledger, owner: Jo, cost-centre: a_1 }"),
    problems: ['owner: given "Jo"', 'Team: given "ledger"'].map(
      (start) =>
        `cluster.tags.${start}; must be lower case letters, digits, hyphens and underscores, key and value, as Google asks of labels`,
    ),
  },
  {
    because: "AWS takes few signs in tags, and keeps keys for itself",
    yaml: withAccess("eks", 'tags: { "aws:team": ledger, "cost centre": "a+b@c", owner: "a\\nb", site: "a;b" }'),
    problems: ['.owner: given "a\\nb"', '.site: given "a;b"', '["aws:team"]: given "ledger"'].map(
      (start) =>
        `cluster.tags${start}; must be letters, digits, spaces and + - = . _ : / @, at most 128 in the key and 256 in the ` +
        "value, as AWS asks of tags; keys with aws: are its own",
    ),
  },
  {
    because: "Azure takes all but some signs in keys of tags",
    yaml: withAccess("aks", `tags: { "a/b": x, "cost centre": "a;b", Windows-x: y, long: ${"v".repeat(257)} }`),
    problems: [`.long: given "${"v".repeat(77)}..."`, '.Windows-x: given "y"', '["a/b"]: given "x"'].map(
      (start) =>
        `cluster.tags${start}; must have 128 characters at most in the key, none of them < > % & \\ ? /, and 256 in the ` +
        "value, as Azure asks of tags; keys with microsoft, azure and windows are its own",
    ),
  },
  {
    because: "a resource has room for some tags only",
    yaml: withAccess("ack", `tags: { ${Array.from({ length: 21 }, (_, index) => `t${index}: x`).join(", ")} }`),
    problems: ["cluster.tags: given 21; must be 20 tags at most, because the cloud takes no more on a resource"],
  },
  {
    because: "Alibaba Cloud takes no addresses in tags",
    yaml: `cluster: { vendor: ack, name: prod, region: eu-central-1, apiAccess: { private: true }, zones: [eu-central-1a, eu-central-1b, eu-central-1c], tags: { "acs:x": y, site: "https://example.com", team: ledger } }${network}`,
    problems: ['.site: given "https://example.com"', '["acs:x"]: given "y"'].map(
      (start) =>
        `cluster.tags${start}; must have 128 characters at most, key and value, without http:// and https://, as Alibaba ` +
        "Cloud asks of tags; keys with aliyun and acs: are its own",
    ),
  },
  {
    because: "ACK has no zones by default",
    yaml: `cluster: { vendor: ack, name: prod, region: eu-central-1, apiAccess: { private: true } }${network}`,
    problems: [
      'cluster.zones: missing; must list three zones for the network that is made, for example ["eu-central-1a", ...]',
    ],
  },
  {
    because: "file storage holds no ledgers, not on a cloud either",
    yaml: withAccess("eks", "").replace("    channels:", "    storage: { peer: { class: file } }\n    channels:"),
    problems: [
      'network.fabric.storage.peer.class: given "file"; must be block, because over network file systems the lock on a ledger can be lost or outlive its node, so two nodes may write one ledger',
    ],
  },
];

describe("bad clusters on clouds", () => {
  for (const { because, yaml, problems } of bad) {
    it(`are refused: ${because}`, () => {
      assert.deepEqual(problemsOf(yaml), problems);
    });
  }

  for (const vendor of clouds) {
    it(`have a node in each zone, and room between least and most, on ${vendor}`, () => {
      const yaml = withAccess(
        vendor,
        "nodePools: { system: { minNodes: 2 }, ledger: { minNodes: 5, maxNodes: 4, diskSizeGiB: 1 } }",
      );
      assert.deepEqual(problemsOf(yaml), [
        "cluster.nodePools.ledger.diskSizeGiB: given 1; must be a whole number from 30 to 2000",
        "cluster.nodePools.ledger.maxNodes: given 4; must be minNodes (5) or more",
        "cluster.nodePools.system.minNodes: given 2; must be 3 or more: one in each zone",
      ]);
    });

    it(`keep ranges of addresses apart on ${vendor}`, () => {
      assert.deepEqual(problemsOf(withAccess(vendor, "network: { cidr: 10.80.0.0/16, serviceCidr: 10.80.255.0/24 }")), [
        'cluster.network.serviceCidr: given "10.80.255.0/24"; must be apart from network.cidr (10.80.0.0/16)',
      ]);
    });
  }
});

describe("clusters on clouds", () => {
  for (const vendor of clouds) {
    const config = (fields: string, rest = "") => {
      const result = read(withAccess(vendor, fields) + rest);
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.config;
    };

    it(`are protected with everything in them on ${vendor}, unless they are for development`, () => {
      const protection = (fields: string) => {
        const { cluster, storage, network } = config(fields);
        assert.ok(cluster.vendor === vendor && network.type === "fabric");
        return [cluster.protect, network.fabric.protect, storage.reclaimPolicy];
      };
      assert.deepEqual(protection(""), [true, true, "Retain"]);
      assert.deepEqual(protection("environment: development"), [false, false, "Delete"]);
      // The first step of removing a production stack, which loses nothing.
      assert.deepEqual(protection("protect: false"), [false, false, "Retain"]);
    });

    it(`have a file system on ${vendor} exactly when the storage section asks for the vendor's own`, () => {
      const asked = (storage: string) => {
        const { cluster } = config("", storage);
        assert.ok(cluster.vendor === vendor);
        return cluster.fileSystem;
      };
      assert.equal(asked(""), false);
      assert.equal(asked("storage: { block: { parameters: { a: b } } }"), false);
      assert.equal(asked("storage: { file: {} }"), true);
      assert.equal(asked("storage: { file: { mountOptions: [hard] } }"), true);
      assert.equal(asked("storage: { file: { provisioner: nfs.csi.k8s.io } }"), false);
      assert.equal(asked("storage: { file: { className: shared } }"), false);
    });
  }

  it("take the first three zones of a region at AWS", () => {
    const { config } = read(withAccess("eks", ""));
    assert.ok(config?.cluster.vendor === "eks");
    assert.deepEqual(config.cluster.zones, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
  });

  for (const vendor of ["aks", "gke"] as const) {
    it(`are warned where the pods' range has no part for each node that pools allow, on ${vendor}`, () => {
      const warned = (podCidr: string) => {
        const pools = "nodePools: { system: { maxNodes: 6 }, ledger: { maxNodes: 30 } }";
        const result = read(withAccess(vendor, `network: { podCidr: ${podCidr} }, ${pools}`));
        assert.ok(result.config, JSON.stringify(result.problems));
        return result.warnings.filter(({ path }) => path.endsWith("podCidr")).map(({ message }) => message);
      };
      assert.deepEqual(warned("10.68.0.0/19"), [
        'given "10.68.0.0/19"; should be /18 or larger, because each node takes a /24 of it, and nodePools allow 36 nodes',
      ]);
      assert.deepEqual(warned("10.68.0.0/18"), []);
    });
  }

  it("are warned of public ports in channels that policies of EKS would keep own nodes from", () => {
    const warned = (vendor: Cloud, port: number) => {
      const exposure = `exposure: { type: router, clientCidrs: [198.51.100.0/24], inChannels: true, port: ${port} }`;
      const orderers = `ordererOrganizations: [{ name: orderer, domain: o.example.com, ${exposure} }]`;
      const result = read(withAccess(vendor, "").replace("  fabric:\n", `  fabric:\n    ${orderers}\n`));
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.filter(({ path }) => path.endsWith("exposure.port")).map(({ message }) => message);
    };
    assert.deepEqual(warned("eks", 443), [
      "given 443; should be 7050, because with inChannels own nodes connect by it, and the network plugin of EKS admits connections to a Service only at its pods' port",
    ]);
    assert.deepEqual([warned("eks", 7050), warned("gke", 443)], [[], []]);
  });

  describe("on AKS", () => {
    const warned = (fields: string, path: string) => {
      const result = read(withAccess("aks", fields));
      assert.ok(result.config, JSON.stringify(result.problems));
      return result.warnings.filter((warning) => warning.path === path).map(({ message }) => message);
    };

    it("are warned of the certificate in the state in production, and keep it, since a login is not changed unasked", () => {
      const path = "cluster.authentication.method";
      const warning =
        'given "admin"; should be kubelogin in production, because who can decrypt the state has the administrator\'s certificate. See docs/clouds.md before changing a living cluster';
      assert.deepEqual(warned("", path), [warning]);
      assert.deepEqual(warned("environment: development", path), []);
      assert.deepEqual(warned("authentication: { method: kubelogin }", path), []);
    });

    it("are warned where nodes come from an address that the API may not know", () => {
      const path = "cluster.apiAccess.authorizedCidrs";
      const subnetId =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/mine/subnets/nodes";
      const network = (outboundType: string) => `network: { existing: { subnetId: ${subnetId}, ${outboundType} } }`;
      assert.deepEqual(warned(network("outboundType: loadBalancer"), path), []);
      assert.deepEqual(warned(network("outboundType: userDefinedRouting"), path), [
        'given ["203.0.113.0/24"]; should have the address by which nodes reach the internet as well as the network that runs `pulumi`, because network.existing.outboundType is userDefinedRouting, and nodes that the API does not answer never register',
      ]);
      const two = cluster(
        "aks",
        `apiAccess: { authorizedCidrs: [203.0.113.0/24, 198.51.100.7/32] }, ${network("outboundType: userDefinedRouting")}`,
      );
      const result = read(two);
      assert.ok(result.config);
      assert.ok(result.warnings.every((warning) => warning.path !== path));
    });
  });
});

describe("an existing cluster", () => {
  const kept = (fields: string) => {
    const { config, problems } = read(
      `cluster: { vendor: existing, name: prod, ${fields} }\nstorage: { block: { provisioner: csi.example.com } }${network}`,
    );
    assert.ok(config?.network.type === "fabric", JSON.stringify(problems));
    return [config.network.fabric.protect, config.storage.reclaimPolicy];
  };

  it("keeps keys and volumes, unless it says that it is for development", () => {
    const isolated = "networkPolicyEnforced: true";
    assert.deepEqual(kept(isolated), [true, "Retain"]);
    assert.deepEqual(kept(`${isolated}, environment: production`), [true, "Retain"]);
    assert.deepEqual(kept(`${isolated}, environment: development`), [false, "Delete"]);
  });
});
