import assert from "node:assert/strict";
import { isConsenter, validateNamesKept } from "../../../provider/fabric/work/orderers";
import type { OrdererAddress } from "../../../provider/fabric/sdk";

const inside = { name: "orderer/orderer0", host: "orderer0.net-orderer.svc.cluster.local", port: 7050 };
const outside = { ...inside, host: "orderer0.orderer.example.com", channelPort: 443 };

function orderer(fields: Partial<OrdererAddress>): OrdererAddress {
  return fields as OrdererAddress;
}

describe("names of orderers in channels", () => {
  it("tell consenters, by the port that channels name", () => {
    const consenters = [{ host: outside.host, port: 443 }] as Parameters<typeof isConsenter>[1]["consenters"];
    assert.ok(isConsenter(orderer(outside), { consenters }));
    assert.ok(!isConsenter(orderer({ ...outside, channelPort: 8443 }), { consenters }));
    assert.ok(!isConsenter(orderer({ ...outside, channelPort: undefined }), { consenters }));
  });

  it("stay, for orderers that channels have", () => {
    const [change, ...others] = validateNamesKept([orderer(inside)], [orderer(outside)]);
    assert.deepEqual(others, []);
    assert.equal(change?.path, "orderers[0].host");
    assert.match(
      change.message,
      /"orderer0\.orderer\.example\.com:443"; must stay orderer0\.net-orderer\.svc\.cluster\.local:7050/,
    );
    assert.equal(validateNamesKept([orderer(outside)], [orderer({ ...outside, channelPort: 8443 })]).length, 1);
  });

  it("are free for further orderers, and for the port by which the provider asks", () => {
    const further = orderer({ ...outside, name: "new/orderer0" });
    const moved = orderer({ ...outside, port: 7150 });
    assert.deepEqual(validateNamesKept([orderer(inside)], [orderer(inside), further]), []);
    assert.deepEqual(validateNamesKept([orderer(outside)], [moved]), []);
  });
});
