/** Where files lie in the pods. */
export const dataPath = "/data";
export const genesisPath = "/genesis";
export const peersPath = "/peers";
export const keysPath = "/keys";
/** Public key that checks the tokens of requests. */
export const jwtKeyPath = "/jwt/public-key.pem";
/** A read-only file system has no other place for what programs unpack or write beside their data. */
export const temporaryPath = "/tmp";
