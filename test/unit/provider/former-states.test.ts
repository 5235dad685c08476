/**
 * States of former releases, under today's provider and program: nothing may be replaced, and nothing changed that
 * means the same. Each file in `states` is one form, recorded when it was current, and never edited. A release that
 * changes a form adds a migration to the resource and a file here.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { EngineLog } from "../../../provider/framework/engine-log";
import { decodeProperties, encodeProperties, type PropertyMap } from "../../../provider/framework/property-value";
import { Provider } from "../../../provider/framework/provider";
import { Redactor } from "../../../provider/framework/redact";
import { migrate, stamp, stateVersionKey } from "../../../provider/framework/state-version";
import { ledger } from "../../../provider/registry";
import { validatorSet } from "../../../provider/ethereum/resources/validator-set";
import { FabricInputs } from "./fabric-inputs";
import { placeholders, todaysInputs } from "./states/programs";

const folder = join(__dirname, "states");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort();
const newest = files.at(-1);

type States = Record<string, { inputs: PropertyMap; outputs: PropertyMap }>;

describe("states of former releases", () => {
  const redactor = new Redactor();
  const provider = new Provider(ledger, new EngineLog(redactor), redactor);
  let fabric: FabricInputs;
  let program: Record<string, object>;

  before(async () => {
    fabric = await FabricInputs.create();
    program = todaysInputs(fabric);
  });

  function recorded(file: string): States {
    const values = placeholders(fabric);
    const fill = (_key: string, value: unknown): unknown =>
      typeof value === "string" ? (values[value] ?? value) : value;
    return JSON.parse(readFileSync(join(folder, file), "utf8"), fill) as States;
  }

  for (const file of files) {
    it(`of ${file} hold every type of resource of their time, and mean no change to any`, async () => {
      const states = recorded(file);
      const types = Object.keys(program).filter((type) => file === newest || type !== "ledger:pki:RevocationList");
      assert.deepEqual(Object.keys(states).sort(), types.sort());
      for (const [type, { inputs, outputs }] of Object.entries(states)) {
        const [oldInputs, olds] = [encodeProperties(inputs), encodeProperties(outputs)];
        const checked = await provider.check(
          new proto.CheckRequest()
            .setType(type)
            .setOlds(oldInputs)
            .setNews(encodeProperties(program[type] as PropertyMap)),
        );
        assert.deepEqual(
          checked.getFailuresList().map((failure) => failure.getReason()),
          [],
          type,
        );
        const request = new proto.DiffRequest().setType(type).setOldInputs(oldInputs).setOlds(olds);
        const diff = await provider.diff(request.setNews(checked.getInputs()));
        assert.deepEqual(diff.toObject().detaileddiffMap, [], type);
        assert.equal(diff.getChanges(), proto.DiffResponse.DiffChanges.DIFF_NONE, type);
      }
    });
  }

  it("are marked with their form from now on", async () => {
    const type = "ledger:fabric:Channel";
    const news = encodeProperties(program[type] as PropertyMap);
    const checked = await provider.check(new proto.CheckRequest().setType(type).setNews(news));
    assert.equal(decodeProperties(checked.getInputs())[stateVersionKey], 1);
  });

  it("are brought from form to form, each part by itself", () => {
    const migrations = [
      { inputs: ({ org, ...others }: PropertyMap) => ({ ...others, organization: org ?? null }) },
      { inputs: (inputs: PropertyMap) => ({ ...inputs, role: "peer" }), state: () => ({ height: 0 }) },
    ];
    assert.deepEqual(migrate("inputs", { org: "org1" }, migrations), { organization: "org1", role: "peer" });
    assert.deepEqual(migrate("inputs", { [stateVersionKey]: 1, organization: "org1" }, migrations), {
      organization: "org1",
      role: "peer",
    });
    assert.deepEqual(migrate("state", { id: "1" }, migrations), { height: 0 });
    assert.deepEqual(migrate("inputs", stamp({ organization: "org1" }, migrations), migrations), {
      organization: "org1",
    });
    assert.deepEqual(migrate("inputs", {}, migrations), {}, "a new resource has none");
  });

  it("of a later release are refused, since this release does not know their meaning", () => {
    assert.throws(() => migrate("inputs", { [stateVersionKey]: 2 }, [{}]), {
      message: /written by a later release \(form 2 of inputs, this one knows 1\)/,
    });
  });

  it("lose the validators of others that a refresh had put among ours, so that no vote removes them", () => {
    const old = { validators: [{ pod: "validator0-0" }, { pod: "unknown" }] };
    assert.deepEqual(migrate("inputs", old, validatorSet.migrations).validators, [{ pod: "validator0-0" }]);
  });
});
