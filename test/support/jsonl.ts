// Tables that are data: one JSON value a line.

import { readFileSync } from 'node:fs';

export function readLines<Row>(url: URL): Row[] {
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
