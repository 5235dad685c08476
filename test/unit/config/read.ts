import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Config, EthereumConfig, FabricConfig } from "../../../config";
import { parseConfig, type ParseResult } from "../../../config/parse";

/** Result of parsing a configuration, written as YAML with the keys `cluster`, `storage` and `network`. */
export function read(yaml: string): ParseResult {
  return parseConfig(parse(yaml) as Record<string, unknown>, (path) => readFixture(path));
}

/** Files that a configuration may name: only those beside these tests. */
function readFixture(path: string): { text: string } | { reason: string } {
  const file = join(__dirname, "fixtures", path);
  return existsSync(file) ? { text: readFileSync(file, "utf8") } : { reason: "no such file" };
}

/** Problems in their readable form, `path: message`. */
export function problemsOf(yaml: string): string[] {
  return read(yaml).problems.map(({ path, message }) => `${path}: ${message}`);
}

/** Section `network.fabric` of a configuration. */
export function fabricOf(config: Config | undefined): FabricConfig {
  assert.ok(config?.network.type === "fabric");
  return config.network.fabric;
}

/** Section `network.ethereum` of a configuration. */
export function ethereumOf(config: Config | undefined): EthereumConfig {
  assert.ok(config?.network.type === "ethereum");
  return config.network.ethereum;
}
