/** GoQuorum 22.7 with QBFT. Archived by its makers; here for chains that exist, and for trying things out. */
import { digitsOf } from "../../../ledger/ethereum/hex";
import { anyUser } from "../../kubernetes";
import { dataPath, keysPath, peersPath } from "../specs/paths";
import type { EthereumClient } from "./client";
import { gethPorts, gethProcess } from "./geth-family";

export const goquorum: EthereumClient = {
  client: "goquorum",
  user: anyUser,
  ports: gethPorts,

  keyFiles: ({ privateKey }) => ({ nodekey: digitsOf(privateKey) }),

  files: (role) => [
    // GoQuorum looks for its peers nowhere but in the data directory.
    { from: "peers", key: "static-nodes.json", path: `${dataPath}/static-nodes.json` },
    ...(role === "validator"
      ? [{ from: "keys" as const, key: "nodekey", path: `${keysPath}/nodekey` }]
      : [{ from: "peers" as const, key: "rpc.toml", path: `${peersPath}/rpc.toml` }]),
  ],

  process(settings) {
    const isValidator = settings.role === "validator";
    const process = gethProcess(settings, {
      validatorApis: "eth,net,web3,istanbul",
      own: isValidator ? [`--nodekey=${keysPath}/nodekey`, "--miner.threads=1"] : [`--config=${peersPath}/rpc.toml`],
    });
    // It refuses to start without a word on private transactions.
    return { ...process, env: [...process.env, { name: "PRIVATE_CONFIG", value: "ignore" }] };
  },
};
