import { randomBytes } from "node:crypto";
import { createSigner, type Creator, type Sign } from "../../../ledger/fabric/sign";
import type { NodeAddress, SigningIdentity } from "../sdk";

/** A signing identity. */
export interface Identity {
  creator: Creator;
  sign: Sign;
}

export function identityOf(signing: SigningIdentity): Identity {
  return {
    creator: { mspId: signing.mspId, certificate: signing.certificate },
    sign: createSigner(signing.privateKey),
  };
}

/** The identity that administers a node: the one of its organisation. Undefined without one. */
export function administratorOf(
  node: Pick<NodeAddress, "mspId">,
  administrators: readonly SigningIdentity[],
): Identity | undefined {
  const signing = administrators.find(({ mspId }) => mspId === node.mspId);
  return signing && identityOf(signing);
}

/** Size of Fabric's nonces in bytes (bccsp: crypto.NonceSize). */
const nonceBytes = 24;

export function newNonce(): Uint8Array {
  return randomBytes(nonceBytes);
}
