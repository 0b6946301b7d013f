// The file patterns of `templates:`, as Go's filepath.Glob reads them. Node 20 has no glob of its own.

import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';

/** The files that match, sorted by folder and name. A folder that cannot be read matches nothing, as in Go. Throws on a malformed pattern. */
export function globFiles(pattern: string): string[] {
  if (!/[*?[\\]/.test(pattern)) return exists(pattern) ? [pattern] : [];
  const parts = pattern.split(sep).filter((part, i) => part !== '' || i === 0);
  let found = [isAbsolute(pattern) ? sep : ''];
  for (const part of isAbsolute(pattern) ? parts.slice(1) : parts) {
    const next: string[] = [];
    for (const folder of found) {
      if (!/[*?[\\]/.test(part)) {
        const path = join(folder, part);
        if (exists(path)) next.push(path);
        continue;
      }
      for (const name of list(folder === '' ? '.' : folder)) if (matchName(part, name)) next.push(join(folder, name));
    }
    found = next;
  }
  return found;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Whether a name matches one segment of a pattern (Go's `filepath.Match`). Throws on a malformed pattern. */
export function matchName(pattern: string, name: string): boolean {
  // Backtracks to the last star only, so that no pattern takes more than pattern x name steps.
  let p = 0;
  let n = 0;
  let starP = -1;
  let starN = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      starP = p++;
      starN = n;
      continue;
    }
    const step = p < pattern.length ? matchOne(pattern, p, name[n]!) : -1;
    if (step >= 0) {
      p = step;
      n++;
    } else if (starP >= 0) {
      p = starP + 1;
      n = ++starN;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The place after the element at `p` when it takes the character, else -1. */
function matchOne(pattern: string, p: number, c: string): number {
  switch (pattern[p]) {
    case '?':
      return p + 1;
    case '\\':
      if (p + 1 >= pattern.length)
        throw new Error(`syntax error in pattern ${JSON.stringify(pattern)}: it ends in a backslash`);
      return pattern[p + 1] === c ? p + 2 : -1;
    case '[': {
      let i = p + 1;
      const negated = pattern[i] === '^';
      if (negated) i++;
      let found = false;
      let first = true;
      while (i < pattern.length && (pattern[i] !== ']' || first)) {
        first = false;
        if (pattern[i] === '\\') i++;
        const low = pattern[i++] ?? '';
        let high = low;
        if (pattern[i] === '-') {
          i++;
          if (pattern[i] === '\\') i++;
          high = pattern[i++] ?? '';
        }
        if (low <= c && c <= high) found = true;
      }
      if (i >= pattern.length) throw new Error(`syntax error in pattern ${JSON.stringify(pattern)}: a [ is not closed`);
      return found !== negated ? i + 1 : -1;
    }
    default:
      return pattern[p] === c ? p + 1 : -1;
  }
}
