import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { Redactor } from "../../../provider/framework/redact";

const key = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

describe("redaction of messages", () => {
  it("blanks private keys that it does not know, whole or cut off", () => {
    const redactor = new Redactor();
    assert.equal(redactor.redact(`bad key ${key}!`), "bad key [secret]\n!");
    assert.equal(redactor.redact(`bad key ${key.slice(0, 80)}`), "bad key [secret]");
  });

  it("blanks secrets of requests, as they are and escaped in JSON", () => {
    const redactor = new Redactor();
    redactor.remember(["line one\nline two", "a token 123"]);
    assert.equal(redactor.redact("got line one\nline two and a token 123"), "got [secret] and [secret]");
    assert.equal(redactor.redact(JSON.stringify({ x: "line one\nline two" })), '{"x":"[secret]"}');
  });

  it("leaves very short secrets alone, since blanking them would only garble messages", () => {
    const redactor = new Redactor();
    redactor.remember(["org1"]);
    assert.equal(redactor.redact("organisation org1 is missing"), "organisation org1 is missing");
  });
});
