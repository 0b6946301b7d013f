// Answers as text: columns as amtool lines them up, times in the layout that was asked for.

import { formatTime } from '../template/time/format.ts';
import { Time } from '../template/time/time.ts';

/** Each column is as wide as its widest cell and two spaces more, the last one too. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of clean) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell) + 2);
  }
  const lines = clean.map((row) => row.map((cell, i) => cell + ' '.repeat(widths[i]! - width(cell))).join(''));
  return lines.map((line) => `${line}\n`).join('');
}

/** An instant as the API writes it, in UTC. */
export function date(text: string, layout: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : formatTime(Time.fromMs(ms), layout);
}

/** Names and values in order of names: `a="1" b="2"`. */
export function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .sort()
    .join(' ');
}

/** In code points. */
function width(text: string): number {
  return [...text].length;
}

/** A cell is one line, and what others wrote into an alert must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\n\r\t]+/g, ' ').replace(/\p{Cc}/gu, '');
}
