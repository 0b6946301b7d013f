// Reads the case files: a template on one line, then what comes of it: `= output` or `! error`. Line breaks and other
// control characters are written as their pictures (`⏎`, `␀` and so on). The conformance test runs the same files.
import { readdirSync, readFileSync } from 'node:fs';
import { parseData } from '../../src/template/datafile.ts';

const folder = new URL('./cases/', import.meta.url);

export interface Case {
  readonly topic: string;
  readonly template: string;
  readonly fails: boolean;
  /** The output, or the error's message. */
  readonly want: string;
}

/** 12:34:56 UTC on the day of the data's newest alert. */
export const AT = Date.parse('2026-07-01T12:34:56Z');

export const dataJson = readFileSync(new URL('./data.json', import.meta.url), 'utf8');
export const data = parseData(dataJson, AT);

/** The names of the case files, without `.txt`. */
export const caseFiles = readdirSync(folder)
  .map((name) => name.replace(/\.txt$/, ''))
  .sort();

function fromPictures(text: string): string {
  return text
    .replaceAll('⏎', '\n')
    .replaceAll('␡', '\x7f')
    .replace(/[\u2400-\u241f]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x2400));
}

export function readCases(file: string): Case[] {
  const cases: Case[] = [];
  let topic = '';
  let template: string | undefined;
  for (const line of readFileSync(new URL(`${file}.txt`, folder), 'utf8').split('\n')) {
    if (template === undefined) {
      if (line.startsWith('## ')) topic = line.slice(3);
      else if (line !== '') template = fromPictures(line);
      continue;
    }
    if (!/^[=!] /.test(line)) throw new Error(`${file}: no result for ${template}`);
    cases.push({ topic, template, fails: line.startsWith('!'), want: fromPictures(line.slice(2)) });
    template = undefined;
  }
  return cases;
}
