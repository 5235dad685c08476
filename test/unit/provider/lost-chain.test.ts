/** What the state and the cluster know of a chain that has begun, and what `up` says of validators that wait for it. */
import assert from "node:assert/strict";
import { busyMark, speakingContainer, stuckMark } from "../../../lib/container-words";
import { chainPlace } from "../../../provider/ethereum/resources/chain-place";
import { chainStart } from "../../../provider/ethereum/resources/chain-start";
import { unknownValue, Unknown } from "../../../provider/framework/property-value";
import type { Dialer } from "../../../provider/kubernetes/dialer";
import { PodFaultError } from "../../../provider/kubernetes/pod-patience";
import { isSpeaking, spokenState } from "../../../provider/kubernetes/pod-state";
import { poll } from "../../../lib/wait";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { testOperation } from "../../support/operation";
import { StubKubernetes } from "../../support/stub-kubernetes";

const genesisHash = `0x${"ab".repeat(32)}`;
const now = new Date();

describe("the place of a chain", () => {
  const { context } = testOperation();
  const inputs = { genesisHash, generation: 1, place: "first" };
  const fresh = { begunElsewhere: 0 };
  const move = (newInputs: typeof inputs, state = fresh) =>
    chainPlace.update({ id: genesisHash, inputs, state, newInputs }, context);

  it("knows of no chain when it is made", async () => {
    assert.deepEqual((await chainPlace.create(inputs, context)).state, fresh);
    assert.deepEqual(chainPlace.preview(inputs, undefined), fresh);
  });

  it("knows in another namespace or cluster that the chain has begun before", async () => {
    const newInputs = { ...inputs, place: "second" };
    const changes = chainPlace.diff({ oldInputs: inputs, oldState: fresh, newInputs, now });
    assert.deepEqual(changes, [{ path: "place", kind: "update" }]);
    assert.deepEqual(await move(newInputs), { begunElsewhere: 1 });
    assert.deepEqual(chainPlace.preview(newInputs, { inputs, state: fresh }), { begunElsewhere: 1 });
  });

  it("takes a place that is not known yet, or was not told before, for what it is", async () => {
    const unknown = { ...inputs, place: new Unknown() as unknown as string };
    assert.equal(chainPlace.diff({ oldInputs: inputs, oldState: fresh, newInputs: unknown, now }).length, 1);
    assert.deepEqual(chainPlace.preview(unknown, { inputs, state: fresh }), { begunElsewhere: unknownValue });
    const { place: _, ...before } = inputs;
    assert.deepEqual(chainPlace.diff({ oldInputs: before, oldState: fresh, newInputs: inputs, now }), []);
  });

  it("leaves a chain that is begun anew together with the move", async () => {
    assert.deepEqual(await move({ ...inputs, place: "second", generation: 2 }), { begunElsewhere: 1 });
  });

  it("is another one for another first block, and survives a refresh of anything", async () => {
    const newInputs = { ...inputs, genesisHash: `0x${"cd".repeat(32)}` };
    const [change] = chainPlace.diff({ oldInputs: inputs, oldState: fresh, newInputs, now });
    assert.equal(change?.replaces, true);
    const existing = { inputs, state: { begunElsewhere: 1 } };
    assert.deepEqual(await chainPlace.read({ id: genesisHash, ...existing }, context), existing);
  });
});

describe("the start of a chain", () => {
  const validators = [0, 1].map((index) => ({
    name: `validator${index}`,
    namespace: "ethereum",
    pod: `validator${index}-0`,
    rpcPort: 8545,
    address: `0x${String(index).repeat(40)}`,
  }));
  const inputs = { genesisHash, generation: 1, validators, volumes: ["a", "b"] };
  const begun = { begun: 1 };
  const diff = (state: { begun: number }, newInputs = inputs) =>
    chainStart.diff({ oldInputs: inputs, oldState: state, newInputs, now }).map(({ path }) => path);
  const update = (dialer: Dialer, newInputs = { ...inputs, volumes: ["a", "c"] }) => {
    const { context, messages } = testOperation({ dialer });
    const done = chainStart.update({ id: "", inputs, state: begun, newInputs }, context);
    return { done, messages };
  };
  const dialing = (dial: (name: string) => Promise<void>): Dialer => ({
    dial: async ({ name }) => {
      await dial(name);
      return { host: "127.0.0.1", port: 1, close: async () => undefined };
    },
    presence: async () => "present",
  });

  it("is looked for until it is seen, again for each generation, and where volumes are new", () => {
    assert.deepEqual(diff({ begun: 0 }), ["begun"]);
    assert.deepEqual(diff(begun), []);
    assert.deepEqual(diff(begun, { ...inputs, generation: 2 }), ["begun"]);
    assert.deepEqual(diff(begun, { ...inputs, volumes: ["a", "c"] }), ["volumes[1]"]);
    assert.deepEqual(diff(begun, { ...inputs, validators: validators.slice(1) }), []);
    assert.deepEqual(chainStart.preview({ ...inputs, generation: 2 }, { inputs, state: begun }), {
      begun: unknownValue,
    });
  });

  it("fails with the words of all validators on new volumes that get nowhere", async () => {
    const { done } = update(
      dialing(async (name) => {
        throw new PodFaultError(`pod of ${name} does not get Ready: no peer has it`);
      }),
    );
    await assert.rejects(done, {
      message: [0, 1].map((index) => `pod of validator${index} does not get Ready: no peer has it`).join("\n"),
    });
  });

  it("stays as it is where they get Ready", async () => {
    assert.deepEqual(await update(dialing(async () => undefined)).done, begun);
  });

  it("is no failure where no node can be asked yet, and what was known stays", async () => {
    const dialer = dialing(async (name) => {
      throw new PodFaultError(`pod of ${name} does not get Ready`);
    });
    const { context, messages } = testOperation({ dialer });
    assert.deepEqual((await chainStart.create(inputs, context)).state, { begun: 0 });
    assert.match(messages.info.join(), /^no block after block 0 is seen yet \(pod of validator\d does not get Ready\)/);
  });
});

describe("a container that says what it waits for", () => {
  it("is shown by its log while a pod is waited for", async () => {
    const kubernetes = await StubKubernetes.start();
    const enough = new AbortController();
    const said: string[] = [];
    const isSaid = (words: string) =>
      poll(async () => (said.at(-1) === `waiting for pod ethereum/validator0-0: ${words}` ? true : undefined), {
        what: words,
        timeoutSeconds: 10,
        intervalMs: 50,
      });
    const setLog = (catchUpLog: string) =>
      kubernetes.setPod("ethereum", "validator0-0", { isReady: false, ports: {}, uid: "a", catchUpLog });
    setLog(`INFO\n${busyMark}fetches the chain, block 7 of 9\nINFO\n`);
    const node = { name: "validator0", namespace: "ethereum", pod: "validator0-0" };
    const options = { signal: enough.signal, status: (words: string) => void said.push(words) };
    const dialed = createNodeAccess(kubernetes.kubeconfig).dialer.dial(node, 8545, options);
    const ended = assert.rejects(dialed, /enough/);
    try {
      await isSaid("container catch-up fetches the chain, block 7 of 9");
      setLog(`${stuckMark}no peer has it; find one; or none\n`);
      await isSaid("container catch-up: no peer has it");
    } finally {
      enough.abort(new Error("enough"));
      await ended;
      await kubernetes.close();
    }
  });

  const pod = (name: string, state: object) => ({ status: { initContainerStatuses: [{ name, state }] } }) as never;

  it("is asked while it runs, and no other one is", () => {
    assert.equal(isSpeaking(pod(speakingContainer, { running: {} })), true);
    assert.equal(isSpeaking(pod(speakingContainer, { terminated: {} })), false);
    assert.equal(isSpeaking(pod("prepare", { running: {} })), false);
    assert.equal(isSpeaking(undefined), false);
  });

  it("is known by its last line, with the remedy where it needs help", () => {
    assert.equal(spokenState("INFO started\n"), undefined);
    const log = `INFO\n${stuckMark}no peer has it; find one; or none\nINFO looking\n`;
    assert.deepEqual(spokenState(log), {
      words: "container catch-up: no peer has it",
      fault: { kind: "stuck", remedy: "find one; or none" },
    });
    assert.deepEqual(spokenState(`${log}${busyMark}block 7 of 9\n`), {
      words: "container catch-up block 7 of 9",
      isStarting: true,
    });
  });
});
