/**
 * The candidate a person most likely meant, by edit distance (insertions, deletions, substitutions, transpositions).
 *
 * Undefined where nothing is near: more than a third of the longer word, or two letters for short ones, would change.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  const longer = Math.max(word.length, best?.length ?? 0);
  // A word of two letters shares nothing with one that differs in both, so at least one letter must stay.
  const reach = Math.min(Math.max(2, Math.floor(longer / 3)), longer - 1);
  return least <= reach ? best : undefined;
}

/** Optimal string alignment distance (Damerau–Levenshtein without overlapping edits). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let d = Math.min(previous[j] + 1, row[j - 1] + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2] + 1);
      row.push(d);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length];
}
