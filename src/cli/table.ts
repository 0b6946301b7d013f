// Answers as text: columns as amtool lines them up, times in the layout that was asked for, JSON as Go writes it.

import { formatTime } from '../template/time/format.ts';
import { parseTime } from '../template/time/parse.ts';

/** How a cell is shown that takes as much room as the text it is given. */
export type Paint = (text: string, row: number, column: number) => string;

/** Rows of equally many cells, each column two spaces wider than its widest cell, the last one too. */
export function table(rows: readonly (readonly string[])[], paint?: Paint): string {
  return aligned(
    rows.map((row) => [...row, '']),
    paint,
  );
}

/**
 * Lines of cells, of which the last one of each line belongs to no column (Go's tabwriter): a column goes through
 * neighbouring lines that have it, and is two spaces wider than its widest cell there.
 */
export function aligned(rows: readonly (readonly string[])[], paint: Paint = (text) => text): string {
  const lines = rows.map((row) => row.map(printable));
  const out = lines.map(() => '');
  const format = (first: number, to: number, column: number): void => {
    for (let start = first; start < to; ) {
      if (lines[start]!.length - 1 <= column) {
        out[start] += lines[start]![column] ?? '';
        start++;
        continue;
      }
      let end = start;
      while (end < to && lines[end]!.length - 1 > column) end++;
      const block = lines.slice(start, end);
      const size = block.reduce((widest, cells) => Math.max(widest, width(cells[column]!)), 0) + 2;
      const from = start;
      block.forEach((cells, i) => {
        const cell = cells[column]!;
        out[from + i] += paint(cell, from + i, column) + ' '.repeat(size - width(cell));
      });
      format(start, end, column + 1);
      start = end;
    }
  };
  format(0, lines.length, 0);
  return out.map((line) => `${line}\n`).join('');
}

/** An instant as the API writes it, in the zone in which it is written: UTC. */
export function date(text: string, layout: string): string {
  try {
    return formatTime(parseTime('2006-01-02T15:04:05Z07:00', text), layout);
  } catch {
    return printable(text);
  }
}

/** Names and values in order of names: `a="1" b="2"`. */
export function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .sort()
    .join(' ');
}

/** One line, keys in the order in which the server wrote them. */
export function json(value: unknown): string {
  const escaped = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}

/** In code points. */
function width(text: string): number {
  return [...text].length;
}

/** A cell is one line, and what others wrote into an alert must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\n\r\t]+/g, ' ').replace(/\p{Cc}/gu, '');
}
