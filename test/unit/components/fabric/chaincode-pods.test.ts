/** Pods of chaincode, as built. End-to-end tests show that peers reach them. */
import assert from "node:assert/strict";
import { buildChaincodeDeployment } from "../../../../components/fabric/specs/chaincode-deployment";

const amounts = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };
const resources = { requests: amounts, limits: { ...amounts, memory: "2Gi" } };
const placement = { nodeSelector: { pool: "chaincode" }, tolerations: [{ key: "dedicated", operator: "Exists" }] };

interface Pod {
  nodeSelector?: unknown;
  tolerations?: unknown;
  containers: { env: { name: string; value: string }[] }[];
}

function chaincode(env: Record<string, string> = {}): Pod {
  const settings = { image: "asset:1", replicas: 2, user: 10_001, env, envFrom: [] };
  const deployment = buildChaincodeDeployment({
    metadata: { name: "asset", namespace: "net-org1", labels: {} },
    selector: {},
    chaincode: settings as unknown as Parameters<typeof buildChaincodeDeployment>[0]["chaincode"],
    pullPolicy: "IfNotPresent",
    resources,
    serviceAccount: "fabric",
    packageId: "asset:1",
    tls: "tls",
    placement,
  });
  return (deployment.spec as unknown as { template: { spec: Pod } }).template.spec;
}

function variables(pod: Pod): Record<string, string> {
  return Object.fromEntries((pod.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
}

describe("pods of chaincode", () => {
  it("name the files that the Java shim wants, which ends without any of them", () => {
    const { CORE_PEER_TLS_ENABLED, ...env } = variables(chaincode());
    assert.equal(CORE_PEER_TLS_ENABLED, "true");
    assert.deepEqual(
      ["CORE_TLS_CLIENT_KEY_FILE", "CORE_TLS_CLIENT_CERT_FILE", "CORE_TLS_CLIENT_KEY_PATH"].map((name) => env[name]),
      ["/etc/chaincode/tls/tls.key", "/etc/chaincode/tls/tls.crt", "/etc/chaincode/tls/tls.key"],
    );
    assert.ok(env.CORE_TLS_CLIENT_CERT_PATH);
    assert.ok(env.CORE_PEER_TLS_ROOTCERT_FILE);
  });

  it("run on the nodes of the cluster that they are given", () => {
    const { nodeSelector, tolerations } = chaincode();
    assert.deepEqual({ nodeSelector, tolerations }, placement);
  });

  it("tell Go its memory limit, unless the stack file knows better", () => {
    assert.equal(variables(chaincode()).GOMEMLIMIT, String(Math.floor(2 * 2 ** 30 * 0.9)));
    assert.equal(variables(chaincode({ GOMEMLIMIT: "off" })).GOMEMLIMIT, "off");
  });
});
