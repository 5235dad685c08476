/**
 * geth 1.13 with Clique: the only client here with bootnodes. Signers sign with an account of a keystore, unlocked at
 * the start. geth allows that beside HTTP only because their RPC listens on the pod's loopback.
 */
import { digitsOf } from "../../../ledger/ethereum/hex";
import { encryptKeystore, keystoreFileName } from "../../../ledger/ethereum/keystore";
import { anyUser } from "../../kubernetes";
import { keysPath, peersPath } from "../specs/paths";
import type { EthereumClient } from "./client";
import { gethPorts, gethProcess } from "./geth-family";

const keystorePath = `${keysPath}/keystore`;
/** The same name for all signers: geth finds the account by the content of the file. */
const keystoreFile = keystoreFileName("signer");

export const geth: EthereumClient = {
  client: "geth",
  user: anyUser,
  ports: gethPorts,

  keyFiles({ privateKey, address }) {
    // geth requires a password. It protects nothing, since it lies beside the keystore.
    const password = digitsOf(privateKey).slice(0, 32);
    return {
      address,
      nodekey: digitsOf(privateKey),
      password,
      keystore: JSON.stringify(encryptKeystore(privateKey, password)),
    };
  },

  files: (role) => [
    { from: "peers", key: role === "rpc" ? "rpc.toml" : "config.toml", path: `${peersPath}/config.toml` },
    ...(role === "validator"
      ? [
          { from: "keys" as const, key: "nodekey", path: `${keysPath}/nodekey` },
          { from: "keys" as const, key: "password", path: `${keysPath}/password` },
          { from: "keys" as const, key: "keystore", path: `${keystorePath}/${keystoreFile}` },
        ]
      : []),
  ],

  process: (settings) => ({
    ...gethProcess(settings, {
      validatorApis: "eth,net,web3,clique",
      jsonLog: "--log.format=json",
      following: [`--config=${peersPath}/config.toml`],
      own: [
        `--config=${peersPath}/config.toml`,
        ...(settings.role === "validator"
          ? [
              `--nodekey=${keysPath}/nodekey`,
              `--keystore=${keystorePath}`,
              `--password=${keysPath}/password`,
              "--unlock=$(ADDRESS)",
              "--miner.etherbase=$(ADDRESS)",
              "--allow-insecure-unlock",
            ]
          : []),
      ],
    }),
    ...(settings.role === "validator" ? { keyEnv: { ADDRESS: "address" } } : {}),
  }),
};
