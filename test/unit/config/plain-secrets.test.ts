import assert from "node:assert/strict";
import { warnPlainSecrets } from "../../../config/plain-secrets";
import { read } from "./read";

function warned(yaml: string, ...secretKeys: string[]): string[] {
  const { config, problems } = read(yaml);
  assert.ok(config, JSON.stringify(problems));
  return warnPlainSecrets(config, secretKeys).map(({ path, message }) => `${path}: ${message}`);
}

describe("secrets that stand in a stack file in the clear", () => {
  const [one, two, three] = ["1", "2", "3"].map((digit) => digit.repeat(64));
  const chain = `
cluster: { vendor: local }
network:
  type: ethereum
  ethereum:
    client: geth
    validators: [{ name: a }, { name: b, privateKey: "${one}" }, { name: c }]
    bootnodes: [{ name: d, privateKey: "${two}" }]
    faucet: { privateKey: "${three}" }
`;

  it("are each named, and none is shown", () => {
    const found = warned(chain);
    assert.deepEqual(
      found,
      ["validators[1]", "bootnodes[0]", "faucet"].map(
        (owner) =>
          `network.ethereum.${owner}.privateKey: should be set with \`pulumi config set --secret --path\`, because it stands in the stack file in the clear`,
      ),
    );
  });

  it("are none in a section that was set with --secret, and no keys that the program makes", () => {
    assert.deepEqual(warned(chain, "network"), []);
    assert.deepEqual(warned("cluster: { vendor: local }\nnetwork: { type: ethereum }"), []);
  });

  const existing = (kubeconfig: string) => `
cluster: { vendor: existing, name: prod, networkPolicyEnforced: true, kubeconfig: ${kubeconfig} }
storage: { block: { className: fast } }
network: { type: fabric, fabric: { peerOrganizations: [{ name: org1 }] } }
`;

  it("are the kubeconfig as well, under its own key", () => {
    assert.deepEqual(warned(existing("{ from: secret, key: mine }"), "kubeconfig"), [
      "mine: should be set with `pulumi config set --secret mine < kubeconfig.yaml`, because it stands in the stack file in the clear",
    ]);
    assert.deepEqual(warned(existing("{ from: secret, key: mine }"), "mine"), []);
    assert.deepEqual(warned(existing("{ from: stack, stack: organization/clusters/prod }")), []);
  });
});
