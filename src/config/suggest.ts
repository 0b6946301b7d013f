// What an operator probably meant by a word that is not known.

/** With more known words than these, finding the nearest one takes too long, should many be wrong. */
const MAX_KNOWN = 1000;

/** The known word nearest to the one that was written, if one is near enough to be meant. */
export function nearest(word: string, known: ReadonlySet<string>): string | undefined {
  if (word.length > 64 || known.size > MAX_KNOWN) return undefined;
  const wanted = bare(word);
  let best: string | undefined;
  let least = Math.floor(wanted.length / 3) + 1;
  for (const candidate of known) {
    const away = distance(wanted, bare(candidate), least);
    if (away < least) {
      least = away;
      best = candidate;
    }
  }
  return best;
}

/** What tells two keys apart: neither case nor dashes, underscores and blanks do. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** How many letters must be changed, added, dropped or swapped with their neighbour; at most `limit` is counted. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return Math.min(above[b.length]!, limit);
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]!}`;
}
