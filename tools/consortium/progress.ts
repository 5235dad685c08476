/** Progress of the story, which a run remembers for the next one. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

interface Remembered {
  /** Identities of the local clusters that the companies are on, by name. */
  clusters: Record<string, string>;
  /** Names of the finished steps. */
  done: string[];
}

export class Progress {
  private remembered: Remembered;

  /** @param file Path of the file, which is made with the first change. */
  constructor(private readonly file: string) {
    this.remembered = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as Remembered)
      : { clusters: {}, done: [] };
  }

  /** Whether there is a run to go on with. */
  get hasBegun(): boolean {
    return existsSync(this.file);
  }

  begin(): void {
    this.write(this.remembered);
  }

  /** Identity of a cluster; undefined before it is up. */
  cluster(name: string): string | undefined {
    return this.remembered.clusters[name];
  }

  rememberCluster(name: string, identity: string): void {
    this.write({ ...this.remembered, clusters: { ...this.remembered.clusters, [name]: identity } });
  }

  isDone(step: string): boolean {
    return this.remembered.done.includes(step);
  }

  finish(step: string): void {
    this.write({ ...this.remembered, done: [...this.remembered.done, step] });
  }

  private write(remembered: Remembered): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    writeFileSync(this.file, `${JSON.stringify(remembered, undefined, 2)}\n`);
    this.remembered = remembered;
  }
}
