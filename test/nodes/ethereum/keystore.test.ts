/** Keystores against geth. Unlocking a signer with one is in clique-chain.test.ts. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decryptKeystore, encryptKeystore, keystoreFileName, type Keystore } from "../../../ledger/ethereum/keystore";
import { runClient } from "../../support/ethereum-clients";
import { withDirectory } from "../../support/files";
import { besuAccount } from "../../unit/ledger/ethereum/vectors";

describe("keystore beside geth's", function () {
  this.timeout(30_000);

  it("is found by geth under its address", () => {
    withDirectory((directory) => {
      const { address, privateKey } = besuAccount;
      mkdirSync(join(directory, "keystore"));
      const content = JSON.stringify(encryptKeystore(privateKey, "secret"));
      writeFileSync(join(directory, "keystore", keystoreFileName(address)), content);
      const list = runClient("geth", ["account", "list", "--datadir", directory]);
      assert.ok(list.includes(`{${address.slice(2).toLowerCase()}}`), list);
    });
  });

  it("reads what geth writes", () => {
    withDirectory((directory) => {
      writeFileSync(join(directory, "key"), besuAccount.privateKey.slice(2));
      writeFileSync(join(directory, "password"), "secret");
      const wallet = ["--datadir", directory, "--lightkdf", "--password", join(directory, "password")];
      runClient("geth", ["account", "import", ...wallet, join(directory, "key")]);
      const [name] = readdirSync(join(directory, "keystore"));
      const keystore = JSON.parse(readFileSync(join(directory, "keystore", name!), "utf8")) as Keystore;
      assert.deepEqual(decryptKeystore(keystore, "secret"), besuAccount);
    });
  });
});
