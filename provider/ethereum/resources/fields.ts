/** Input fields that several Ethereum resources share. */
import { validateAddress } from "../../../ledger/ethereum/address";
import { domainRule, integer, object, text } from "../../framework/schema";
import type { ValidatorNode } from "../sdk";

const MAX_PORT = 65_535;

export const validatorNode = object<ValidatorNode>({
  name: text(),
  namespace: text(),
  pod: text(),
  rpcPort: integer({ min: 1, max: MAX_PORT }),
  address: text(domainRule<string>(validateAddress)),
});
