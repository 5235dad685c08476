export * from "./ethereum";
export * from "./fabric";
export * from "./input";
export * from "./pki";
export * from "./provider";
export * from "./rollout";
