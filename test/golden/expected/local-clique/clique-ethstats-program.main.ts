/**
 * Dashboard of Ethereum nodes that report by `--ethstats`. Runs from source on Node.js 22.18 or newer, without packages:
 *
 *     SECRET=... PORT=3000 node main.ts
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createDashboard } from "./server.ts";

const { SECRET: secret, PORT: port = "3000" } = process.env;
if (!secret) throw new Error("SECRET is not set: what nodes have to know in order to report");

const page = readFileSync(join(dirname(process.argv[1] ?? "."), "page.html"), "utf8");
const server = createDashboard({ secret, page });
server.listen(Number(port), () => console.log(`dashboard on port ${port}`));

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
