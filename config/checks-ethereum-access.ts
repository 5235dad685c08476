/** Rules of an Ethereum network about who reaches it, and how. */
import { createPublicKey } from "node:crypto";
import { clientFacts } from "../ledger/ethereum/client";
import type { Problem } from "../ledger/problem";
import { ethereumCheck, type Check } from "./check";
import { base, clientOf } from "./ethereum-section";
import { given } from "./problem";

/** What stands before the RPC Service and ends TLS. */
const frontDoors = ethereumCheck(({ rpc }): Problem[] => {
  const doors = { ingress: rpc?.ingress, gateway: rpc?.gateway };
  const problems = Object.entries(doors).flatMap(([door, settings]): Problem[] =>
    settings?.wsHost !== undefined && settings.wsHost === settings.host
      ? [{ path: `${base}.rpc.${door}.wsHost`, message: given(settings.wsHost, "another name than host") }]
      : [],
  );
  const [first, second] = Object.entries(doors).flatMap(([door, settings]) => (settings === undefined ? [] : [door]));
  if (second !== undefined) {
    const right = "left out: the network has one URL";
    problems.push({ path: `${base}.rpc.${second}`, message: `given together with ${first}; must be ${right}` });
  }
  if (first !== undefined && rpc?.clientNamespaces?.length === 0 && rpc.clientCidrs?.length === 0) {
    const right = `name the namespace of the ${first} controller, which connects to the RPC nodes`;
    problems.push({ path: `${base}.rpc.clientNamespaces`, message: `given [] with rpc.${first}; must ${right}` });
  }
  return problems;
});

const tokens = ethereumCheck((ethereum): Problem[] => {
  const key = ethereum.rpc?.jwtPublicKey;
  const client = clientOf(ethereum);
  const path = `${base}.rpc.jwtPublicKey`;
  if (key === undefined || client === undefined) return [];
  if (client !== "besu") {
    const right = `left out: ${clientFacts[client].title} knows no tokens`;
    return [{ path, message: `given with client ${client}; must be ${right}` }];
  }
  return isRsaKey(key) ? [] : [{ path, message: given(key, "an RSA public key of 2048 bits or more, PEM") }];
});

function isRsaKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}

const openDoors = ethereumCheck((ethereum) =>
  (["rpc", "ethstats"] as const).flatMap((door) => {
    const settings = ethereum[door];
    if (settings?.type !== "LoadBalancer" || settings.clientCidrs?.length !== 0) return [];
    const right = 'list the networks whose clients may connect, for example ["10.0.0.0/8"]';
    return [{ path: `${base}.${door}.clientCidrs`, message: `given [] with type LoadBalancer; must ${right}` }];
  }),
);

const rpcNodes = ethereumCheck(({ rpc }): Problem[] => {
  const problems: Problem[] = [];
  if (rpc?.httpPort !== undefined && rpc.httpPort === rpc.wsPort) {
    problems.push({ path: `${base}.rpc.wsPort`, message: given(rpc.wsPort, "another port than httpPort") });
  }
  const most = rpc?.autoscaling?.maxReplicas;
  if (most !== undefined && rpc?.replicas !== undefined && (most < rpc.replicas || rpc.replicas === 0)) {
    const right = rpc.replicas === 0 ? "left out while replicas is 0" : `${rpc.replicas} (replicas) or more`;
    problems.push({ path: `${base}.rpc.autoscaling.maxReplicas`, message: given(most, right) });
  }
  return problems;
});

export const accessChecks: readonly Check[] = [openDoors, frontDoors, tokens, rpcNodes];
