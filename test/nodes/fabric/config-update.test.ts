/** Config updates against configtxlator's between the same two configs. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { computeConfigUpdate, planConfigUpdates } from "../../../ledger/fabric/config-update";
import { edits, genesisConfig, walk } from "../../unit/ledger/fabric/config-edits";
import { configOf, group } from "../../unit/ledger/fabric/config-trees";
import { fixtureNetwork, type Network } from "../../unit/ledger/fabric/fixtures";
import { referenceConfigUpdate } from "./reference-tools";

const channelId = "trade";

describe("config update beside configtxlator's", function () {
  this.timeout(120_000);
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  for (const { name, from, to } of edits.filter(({ steps }) => steps.length > 0)) {
    it(`is the same at every step of a plan that ${name}`, () => {
      const config = from(network);
      const current = genesisConfig(config);
      const plan = planConfigUpdates(config.channelId, current, to(config, network));
      const configs = walk(current, plan);
      plan.forEach(({ update }, index) => {
        const [before, after] = [configs[index]!, configs[index + 1]!];
        const reference = referenceConfigUpdate(config.channelId, before.serializeBinary(), after.serializeBinary());
        assert.deepEqual(
          ConfigUpdate.deserializeBinary(update).toObject(),
          ConfigUpdate.deserializeBinary(reference).toObject(),
        );
      });
    });
  }

  it("is the same for any two trees, since orderers check it against the same rules", () => {
    fc.assert(
      fc.property(group, group, (current, target) => {
        const ours = computeConfigUpdate(channelId, configOf(current), target);
        fc.pre(ours !== undefined);
        const reference = referenceConfigUpdate(
          channelId,
          configOf(current).serializeBinary(),
          configOf(target).serializeBinary(),
        );
        assert.equal(
          Buffer.from(ours.serializeBinary()).toString("hex"),
          Buffer.from(ConfigUpdate.deserializeBinary(reference).serializeBinary()).toString("hex"),
        );
      }),
      { numRuns: 60 },
    );
  });
});
