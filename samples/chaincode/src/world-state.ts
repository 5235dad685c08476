/**
 * The part of a peer's world state that the assets use.
 *
 * fabric-shim's `ChaincodeStub` has this shape, and so has the in-memory state of the unit tests. The chaincode uses
 * simple and composite keys but no rich queries, so it works the same on LevelDB and on CouchDB.
 */
export interface WorldState {
  /** Value of a key; empty for a missing key. */
  getState(key: string): Promise<Uint8Array>;
  putState(key: string, value: Uint8Array): Promise<void>;
  deleteState(key: string): Promise<void>;
  createCompositeKey(objectType: string, attributes: string[]): string;
  splitCompositeKey(compositeKey: string): { attributes: string[] };
  /** Simple keys from `startKey` to before `endKey`; empty strings mean no bound. */
  getStateByRange(startKey: string, endKey: string): Promise<EntryIterator>;
  getStateByRangeWithPagination(
    startKey: string,
    endKey: string,
    pageSize: number,
    bookmark: string,
  ): Promise<EntryPage>;
  getStateByPartialCompositeKey(objectType: string, attributes: string[]): Promise<EntryIterator>;
  getStateByPartialCompositeKeyWithPagination(
    objectType: string,
    attributes: string[],
    pageSize: number,
    bookmark: string,
  ): Promise<EntryPage>;
}

/** A key and its value. */
export interface Entry {
  key: string;
  value: Uint8Array;
}

/** Entries in key order. The peer keeps them open until `close`. */
export interface EntryIterator {
  next(): Promise<{ value: Entry; done: boolean }>;
  close(): Promise<void>;
}

/** One page of entries; `bookmark` is where the next page starts, empty after the last one. */
export interface EntryPage {
  iterator: EntryIterator;
  metadata: { bookmark: string };
}

/** Reads an iterator to its end and closes it, also when reading fails. */
export async function readAll(iterator: EntryIterator): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for (let result = await iterator.next(); !result.done; result = await iterator.next()) {
      entries.push(result.value);
    }
  } finally {
    await iterator.close();
  }
  return entries;
}
