// What is done to texts that a provider would refuse for their length. Lengths are counted as Go counts runes: a
// surrogate pair is one, as the limits in Alertmanager's receivers are.

const MARK = '…';

/** The text itself, or as much of it as fits with an ellipsis at its end (Alertmanager's `TruncateInRunes`). */
export function truncateRunes(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const runes = Array.from(text);
  if (runes.length <= limit) return text;
  return limit <= 3 ? runes.slice(0, limit).join('') : runes.slice(0, limit - 1).join('') + MARK;
}

/** The text itself, or as much of it as fits in that many bytes of UTF-8 (Alertmanager's `TruncateInBytes`). */
export function truncateBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  if (limit < 3) return '.'.repeat(limit);
  let kept = '';
  let bytes = 3;
  for (const rune of text) {
    bytes += Buffer.byteLength(rune);
    if (bytes > limit) break;
    kept += rune;
  }
  return kept + MARK;
}

/**
 * The text itself, or as much of it with an ellipsis at its end as `size` finds to be no more than the limit. Every rune
 * counts for at least one.
 */
export function truncateBy(text: string, limit: number, size: (text: string) => number): string {
  if (size(text) <= limit) return text;
  const runes = Array.from(text.slice(0, 2 * limit));
  const start = (count: number) => runes.slice(0, count).join('') + MARK;
  let fits = 0;
  let beyond = runes.length;
  while (beyond - fits > 1) {
    const count = Math.floor((fits + beyond) / 2);
    if (size(start(count)) <= limit) fits = count;
    else beyond = count;
  }
  return start(fits);
}

/** How many runes the text has. */
export function runeCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--;
      i++;
    }
  }
  return count;
}
