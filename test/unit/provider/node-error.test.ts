import assert from "node:assert/strict";
import { NodeError } from "../../../provider/fabric/clients/node-error";

const node = { name: "org1/peer0", mspId: "Org1MSP" };

/** Recorded answers of nodes and of TLS, with the advice of the message. */
const table: [string, RegExp | undefined][] = [
  ["error validating proposal: access denied: channel [] creator org [Org2MSP] (gRPC UNKNOWN)", /OU=admin/],
  ["FORBIDDEN implicit policy evaluation failed - 0 sub-policies were satisfied", /OU=admin/],
  ["unable to get local issuer certificate (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)", /tlsCaCertificates/],
  ["Hostname/IP does not match certificate's altnames: Host: x", /`host` must be one of its DNS names/],
  ["remote error: tls: bad certificate", /client root CAs/],
  ["ledger [trade] already exists with state [UNDER_CONSTRUCTION]", /restart the peer/],
  ["HTTP 400 cannot join: failed to find a consenter for consensus type: BFT", /Fabric 3\.1/],
  ["HTTP 503 channel participation API is disabled", /ORDERER_CHANNELPARTICIPATION_ENABLED/],
  [
    "could not build chaincode: could not create build context: mkdir \/tmp\/x: read-only file system",
    /\/tmp must be writable/,
  ],
  ["something nobody has seen", undefined],
];

describe("errors of nodes", () => {
  for (const [answer, remedy] of table) {
    it(`say where and ${remedy === undefined ? "nothing beyond the answer for" : "what helps against"} "${answer}"`, () => {
      const { message } = new NodeError(node, "joining channel trade", answer);
      const where = `Org1MSP, node org1/peer0: joining channel trade failed: ${answer}`;
      if (remedy === undefined) {
        assert.equal(message, where);
      } else {
        assert.ok(message.startsWith(`${where} - `));
        assert.match(message.slice(where.length), remedy);
      }
    });
  }
});
