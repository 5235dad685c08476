import type { ChaincodePackageInputs } from "../../../../ledger/fabric/chaincode-package";

/** A package with all possible parts. */
export const assetPackage: ChaincodePackageInputs = {
  label: "asset-transfer_1.0",
  connection: {
    address: "asset-transfer.org1.svc.cluster.local:9999",
    dial_timeout: "10s",
    tls_required: true,
    root_cert: "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
  },
  metaInf: { "statedb/couchdb/indexes/owner.json": '{"index":{"fields":["owner"]},"name":"owner","type":"json"}' },
};

/** Its id by `peer lifecycle chaincode calculatepackageid`; the level `nodes` asks the peer again. */
export const assetPackageId = "asset-transfer_1.0:9ea13a414b3c4868fef3e314b5c920d76bb800aa3b8aeeff8ae9b74f61979919";
