import { AssetTransferContract } from "./asset-transfer-contract";

/** Contracts that fabric-shim reads from the module under `main` in package.json. */
export const contracts = [AssetTransferContract];
