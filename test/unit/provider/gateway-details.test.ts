import assert from "node:assert/strict";
import { gatewayDetails } from "../../../provider/fabric/clients/gateway-details";
import { refusal } from "./gateway-refusal";

describe("what nodes behind a gateway answered", () => {
  it("is told node by node, in characters that no terminal obeys, since the nodes may be others' own", () => {
    const message = "chaincode response 500, requested sequence is 1, but new definition must be sequence 2\u001b[2J";
    assert.deepEqual(gatewayDetails(refusal({ mspId: "Org2MSP", address: "peer0.org2:7051", message })), [
      "Org2MSP, peer0.org2:7051: chaincode response 500, requested sequence is 1, but new definition must be sequence 2\\u{1b}[2J",
    ]);
  });

  it("is nothing where the node itself refused", () => {
    assert.deepEqual(gatewayDetails(refusal()), []);
  });
});
