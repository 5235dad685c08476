import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Config, EthereumConfig, FabricConfig } from "../../../config";
import { parseConfig, type ParseResult } from "../../../config/parse";

/** What the parser makes of a configuration written as YAML with the keys `cluster`, `storage` and `network`. */
export function read(yaml: string): ParseResult {
  return parseConfig(parse(yaml) as Record<string, unknown>, (path) => readFixture(path));
}

/** Files that a configuration names: those beside these tests, and no others. */
function readFixture(path: string): { text: string } | { reason: string } {
  const file = join(__dirname, "fixtures", path);
  return existsSync(file) ? { text: readFileSync(file, "utf8") } : { reason: "no such file" };
}

/** The problems as one reads them: `path: message`. */
export function problemsOf(yaml: string): string[] {
  return read(yaml).problems.map(({ path, message }) => `${path}: ${message}`);
}

/** The Fabric part of a configuration that has one. */
export function fabricOf(config: Config | undefined): FabricConfig {
  assert.ok(config?.network.type === "fabric");
  return config.network.fabric;
}

/** The Ethereum part of a configuration that has one. */
export function ethereumOf(config: Config | undefined): EthereumConfig {
  assert.ok(config?.network.type === "ethereum");
  return config.network.ethereum;
}
