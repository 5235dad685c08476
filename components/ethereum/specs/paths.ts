/** Paths in the pods. */
export const dataPath = "/data";
export const genesisPath = "/genesis";
export const peersPath = "/peers";
export const keysPath = "/keys";
/** Public key that checks the tokens of requests. */
export const jwtKeyPath = "/jwt/public-key.pem";
/** The only place of a read-only file system where programs can unpack or write files besides their data. */
export const temporaryPath = "/tmp";
