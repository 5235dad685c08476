export * from "./ethereum/sdk";
export * from "./fabric/sdk";
export * from "./framework/sdk";
export * from "./pki/sdk";
export * from "./ledger-provider";
export * from "./kubernetes/sdk";
