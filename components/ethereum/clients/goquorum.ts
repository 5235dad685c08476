/** GoQuorum 22.7 with QBFT. Its makers archived it; here it serves existing chains and trials. */
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
    // GoQuorum reads its peers from the data directory only.
    { from: "peers", key: "static-nodes.json", path: `${dataPath}/static-nodes.json` },
    ...(role === "validator"
      ? [{ from: "keys" as const, key: "nodekey", path: `${keysPath}/nodekey` }]
      : [{ from: "peers" as const, key: "rpc.toml", path: `${peersPath}/rpc.toml` }]),
  ],

  process(settings) {
    const isValidator = settings.role === "validator";
    const process = gethProcess(settings, {
      validatorApis: "eth,net,web3,istanbul",
      jsonLog: "--log.json",
      following: [],
      own: isValidator ? [`--nodekey=${keysPath}/nodekey`, "--miner.threads=1"] : [`--config=${peersPath}/rpc.toml`],
    });
    // GoQuorum starts only with a setting for private transactions.
    const env = [...process.env, { name: "PRIVATE_CONFIG", value: "ignore" }];
    return { ...process, env, ...(process.catchUp && { catchUp: { ...process.catchUp, env } }) };
  },
};
