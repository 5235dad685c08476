/** The word that a mistyped one was probably meant to be. */

/** The candidate nearest to `word` by Levenshtein distance; `undefined` when all differ by more than a third of it. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= word.length / 3 ? best.candidate : undefined;
}

/** Fewest insertions, deletions and replacements of one character that make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (b[j] === character ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
