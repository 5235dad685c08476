/**
 * One path of an image. The owner is root by default. Times are constant, so that equal content gives equal bytes.
 */
export type Entry = Directory | FileFrom | FileWith | Link;

interface Common {
  /** Inside the image, without a leading slash: `usr/local/bin/peer`. */
  path: string;
}

export interface Directory extends Common {
  kind: "directory";
  /** Default 0755. */
  mode?: number;
  uid?: number;
}

/** A file copied from the machine. */
export interface FileFrom extends Common {
  kind: "file";
  source: string;
  mode: number;
}

/** A file with this text. */
export interface FileWith extends Common {
  kind: "text";
  text: string;
  mode: number;
}

export interface Link extends Common {
  kind: "link";
  target: string;
}

/** Entries with every missing parent directory, sorted by path. Of several entries with one path the last counts. */
export function complete(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const { path } of entries) {
    for (const parent of parents(path)) byPath.set(parent, { kind: "directory", path: parent });
  }
  for (const entry of entries) byPath.set(entry.path, entry);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
