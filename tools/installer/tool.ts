/** Form of the catalog's entries: pure data for the recognition, download and build of a tool. */

/**
 * Tools that are needed together. The local cluster needs `cluster` and, depending on its runtime, `kind` or `builtin`.
 */
export type Group =
  | "engine"
  | "fabric"
  | "ethereum"
  | "router"
  | "monitoring"
  | "metrics"
  | "snapshots"
  | "ladder"
  | "cluster"
  | "kind"
  | "builtin";

/** One or more programs with one source and one version. */
export interface Tool {
  name: string;
  group: Group;
  /** Upstream's own version, without a leading `v`. */
  version: string;
  /** Names of the programs, as they appear in `.tools/bin`. */
  programs: readonly string[];
  /** Test of a copy on PATH. Absent: an own copy is always installed. */
  onPath?: VersionProbe;
  /** Official downloads, all of them needed. Absent: upstream publishes no binary, or ours has to be built another way. */
  downloads?: readonly Download[];
  /** Builds from pinned Go modules, all of them needed. */
  builds: readonly GoBuild[];
  /** Name of a Pulumi resource plugin, which is also linked into the engine's home. Absent: no plugin. */
  pulumiPlugin?: string;
}

export interface VersionProbe {
  /** Program that is asked; the tool's other programs must be in the same folder. */
  program: string;
  args: readonly string[];
  /** Pattern whose first group is the version: `1.34.4`. */
  pattern: RegExp;
  accepts: AcceptedVersions;
}

/** Versions from `min` on (included) up to `below` (excluded), each `major.minor.patch`. */
export interface AcceptedVersions {
  min: string;
  below: string;
}

/** Every text may have `{version}`, `{os}` (linux, darwin), `{arch}` (amd64, arm64) and `{nodeArch}` (x64, arm64). */
export interface Download {
  url: string;
  /** A text with the SHA-256 of the file: the sum alone, or lines of `sum  file name`. Absent: upstream publishes none. */
  checksumUrl?: string;
  /** Path in the .tar.gz -> program. Absent: the download is the program itself. */
  archive?: Readonly<Record<string, string>>;
  /** The program, where the download is no archive. */
  program?: string;
}

export interface GoBuild {
  /** Folder below `tools/go` whose go.mod and go.sum pin every module. */
  module: string;
  /** Program -> its package. */
  packages: Readonly<Record<string, string>>;
  /** `-X` settings of the linker: variable -> value. */
  variables?: Readonly<Record<string, string>>;
  /** Whether the build needs a C compiler. The program is still linked statically, so that it runs in any image. */
  cgo?: boolean;
  tags?: readonly string[];
  /** Further linker flags. */
  linkerFlags?: readonly string[];
}

/** Values of `{os}`, `{arch}` and `{nodeArch}`. */
export interface Platform {
  os: string;
  arch: string;
  nodeArch: string;
}

/** The platform of this process. */
export const thisPlatform: Platform = {
  os: process.platform,
  arch: process.arch === "x64" ? "amd64" : process.arch,
  nodeArch: process.arch,
};

/** Fills in the placeholders of a text of the catalog. */
export function fillIn(text: string, version: string, platform: Platform): string {
  const values: Record<string, string> = { version, ...platform };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`The catalog uses {${name}} in ${text}: known are ${Object.keys(values).join(", ")}.`);
    }
    return value;
  });
}
