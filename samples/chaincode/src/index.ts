import { AssetTransferContract } from "./asset-transfer-contract";

/** What fabric-shim looks for in the module that package.json calls `main`. */
export const contracts = [AssetTransferContract];
