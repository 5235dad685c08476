/** The `fabric-chaincode-node` command. It reads `process.argv` when it is loaded and has no exports. */
declare module "fabric-shim/cli.js";
