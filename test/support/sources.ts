// The project's own files as text, for tests that hold them to the rules of the house.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** Such as `src/model/alert.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The files in a folder, however deep, whose names end like that; sorted. None when there is no such folder. */
export function sourcesIn(folder: string, ending: string): Source[] {
  let names: string[];
  try {
    names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => posix.join(folder, ...name.split(/[\\/]/)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The text without comments and without what stands in quotes; lines keep their numbers. */
export function codeOf(text: string): string {
  return text.replace(
    /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g,
    (match) => (match.startsWith('/') ? '' : '""') + '\n'.repeat(match.split('\n').length - 1),
  );
}

export interface Import {
  /** As written. */
  readonly from: string;
  /** The file of the project, or the package or module. */
  readonly target: string;
  readonly typeOnly: boolean;
}

export function importsOf({ path, text }: Source): Import[] {
  const found: Import[] = [];
  const statement =
    /^(?:import|export)\s+(type\s)?[^'"`;]*?from '([^'\n]+)'|^import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm;
  for (const match of text.matchAll(statement)) {
    const from = match[2] ?? match[3] ?? match[4]!;
    const target = from.startsWith('.') ? posix.normalize(posix.join(dirname(path), from)) : from;
    found.push({ from, target, typeOnly: match[1] !== undefined });
  }
  return found;
}

/** `path:line` of each match in the text. */
export function places(source: Source, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(
    (match) => `${relative('', source.path)}:${text.slice(0, match.index).split('\n').length}: ${match[0].trim()}`,
  );
}
