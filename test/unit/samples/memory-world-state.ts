import { Buffer } from "node:buffer";
import type { Entry, EntryIterator, EntryPage, WorldState } from "../../../samples/chaincode/src/world-state";

const delimiter = "\u0000";
const lastCharacter = "\u{10FFFF}";

/**
 * A world state in memory with the behaviour of a peer's towards chaincode: a transaction reads values committed before
 * it, not its own writes; keys are in byte order; simple ranges leave out composite keys.
 */
export class MemoryWorldState implements WorldState {
  private readonly committed = new Map<string, Uint8Array>();
  private writes = new Map<string, Uint8Array | undefined>();

  /** Runs a transaction and commits its writes; drops them when it fails. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.writes = new Map();
    const result = await work();
    for (const [key, value] of this.writes) {
      if (value === undefined) this.committed.delete(key);
      else this.committed.set(key, value);
    }
    return result;
  }

  /** All committed values as text. */
  contents(): Record<string, string> {
    return Object.fromEntries([...this.committed].map(([key, value]) => [key, Buffer.from(value).toString("utf8")]));
  }

  async getState(key: string): Promise<Uint8Array> {
    return this.committed.get(key) ?? new Uint8Array();
  }

  async putState(key: string, value: Uint8Array): Promise<void> {
    this.writes.set(key, value);
  }

  async deleteState(key: string): Promise<void> {
    this.writes.set(key, undefined);
  }

  createCompositeKey(objectType: string, attributes: string[]): string {
    return delimiter + [objectType, ...attributes].map((part) => part + delimiter).join("");
  }

  splitCompositeKey(compositeKey: string): { attributes: string[] } {
    return { attributes: compositeKey.split(delimiter).slice(2, -1) };
  }

  async getStateByRange(startKey: string, endKey: string): Promise<EntryIterator> {
    return new ListIterator(this.range(startKey || "\u0001", endKey || lastCharacter));
  }

  async getStateByRangeWithPagination(
    startKey: string,
    endKey: string,
    pageSize: number,
    bookmark: string,
  ): Promise<EntryPage> {
    return page(this.range(bookmark || startKey || "\u0001", endKey || lastCharacter), pageSize);
  }

  async getStateByPartialCompositeKey(objectType: string, attributes: string[]): Promise<EntryIterator> {
    const prefix = this.createCompositeKey(objectType, attributes);
    return new ListIterator(this.range(prefix, prefix + lastCharacter));
  }

  async getStateByPartialCompositeKeyWithPagination(
    objectType: string,
    attributes: string[],
    pageSize: number,
    bookmark: string,
  ): Promise<EntryPage> {
    const prefix = this.createCompositeKey(objectType, attributes);
    return page(this.range(bookmark || prefix, prefix + lastCharacter), pageSize);
  }

  private range(start: string, end: string): Entry[] {
    return [...this.committed]
      .filter(([key]) => compareBytes(start, key) <= 0 && compareBytes(key, end) < 0)
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([key, value]) => ({ key, value }));
  }
}

/** Iterators that are still open; a peer keeps a cursor open for each. */
export const openIterators = new Set<EntryIterator>();

class ListIterator implements EntryIterator {
  private position = 0;

  constructor(private readonly entries: Entry[]) {
    openIterators.add(this);
  }

  async next(): Promise<{ value: Entry; done: boolean }> {
    const value = this.entries[this.position++];
    return value ? { value, done: false } : ({ done: true } as { value: Entry; done: boolean });
  }

  async close(): Promise<void> {
    openIterators.delete(this);
  }
}

function page(entries: Entry[], pageSize: number): EntryPage {
  return {
    iterator: new ListIterator(entries.slice(0, pageSize)),
    metadata: { bookmark: entries[pageSize]?.key ?? "" },
  };
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
