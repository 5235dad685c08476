/** The file from which Besu (`--static-nodes-file`) and GoQuorum (in the data directory) read their peers. */
export function staticNodesFile(enodes: readonly string[]): Record<string, string> {
  return { "static-nodes.json": `${JSON.stringify(enodes, undefined, 2)}\n` };
}
