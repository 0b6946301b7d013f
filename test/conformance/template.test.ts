// Renders every template of the case files, and random documents, with the real `amtool template render` and compares.
// AMTOOL_BIN names the program; without it there is nothing to compare with.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parseTemplates, type TemplateFile } from '../../src/template/templates.ts';
import { caseFiles, data, readCases } from '../template/cases.ts';
import { randomDocuments } from './documents.ts';

const amtool = process.env['AMTOOL_BIN'] || undefined;
const run = promisify(execFile);
const dataFile = fileURLToPath(new URL('../template/data.json', import.meta.url));
const templatesFolder = fileURLToPath(new URL('../../templates/', import.meta.url));

type Mode = 'text' | 'html';

/** What the real program prints, or `! message`. */
async function real(mode: Mode, text: string, glob: string): Promise<string> {
  const flags = [`--template.glob=${glob}`, `--template.data=${dataFile}`, `--template.type=${mode}`];
  try {
    const { stdout } = await run('timeout', ['20', amtool!, 'template', 'render', ...flags, `--template.text=${text}`]);
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr: string };
    return `! ${stderr.replace(/^amtool: error: /, '').trimEnd()}`;
  }
}

/** The same of ours. The real program passes the data itself where the server passes a pointer to it. */
function ours(mode: Mode, text: string, files: readonly TemplateFile[]): string {
  try {
    return parseTemplates(files)[mode](text, data);
  } catch (error) {
    return `! ${error instanceof Error ? error.message.replaceAll('*template.Data', 'template.Data').trimEnd() : error}`;
  }
}

/** Runs a task for each item, three at a time. */
async function forEach<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    [1, 2, 3].map(async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
    }),
  );
}

describe.skipIf(amtool === undefined)('templates against amtool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-templates-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Compares one by one. */
  async function compare(mode: Mode, texts: readonly string[]): Promise<void> {
    const differences: unknown[] = [];
    await forEach(texts, async (text) => {
      const want = await real(mode, text, join(folder, 'none'));
      const got = ours(mode, text, []);
      if (got !== want) differences.push({ text, want, got });
    });
    expect(differences).toEqual([]);
  }

  /** Compares those that print something in one run: each becomes a template of a file. */
  async function compareTogether(mode: Mode, texts: readonly string[], name: string): Promise<void> {
    const between = '\u241e\u241e';
    const file = join(folder, `${name}.tmpl`);
    const source = texts.map((text, i) => `{{ define "case${i}" }}${text}{{ end }}`).join('');
    writeFileSync(file, source);
    const calls = texts.map((_, i) => `{{ template "case${i}" . }}`).join(between);
    const want = (await real(mode, calls, file)).split(between);
    const got = ours(mode, calls, [{ name: file, text: source }]).split(between);
    expect(want).toHaveLength(texts.length);
    for (const [i, text] of texts.entries()) expect({ text, prints: got[i] }).toEqual({ text, prints: want[i] });
  }

  // What the newest release alone has cannot be compared with older programs.
  for (const name of caseFiles.filter((file) => file !== 'newer')) {
    const mode: Mode = name === 'html' ? 'html' : 'text';
    const cases = readCases(name);
    const alone = cases.filter((one) => one.fails || /\{\{-? *(?:define|block)/.test(one.template));
    const together = cases.filter((one) => !alone.includes(one));

    it(`${name}: ${together.length} that print`, () =>
      compareTogether(
        mode,
        together.map((one) => one.template),
        name,
      ));
    it(`${name}: ${alone.length} that fail or define`, () =>
      compare(
        mode,
        alone.map((one) => one.template),
      ));
  }

  it('the default templates and the mail', async () => {
    const files = ['default.tmpl', 'email.tmpl'].map((name) => ({
      name,
      text: readFileSync(join(templatesFolder, name), 'utf8'),
    }));
    const names = files.flatMap(({ text }) =>
      [...text.matchAll(/define "([a-z0-9]+\.[^"]+)"/g)].map((match) => match[1]!),
    );
    expect(names.length).toBeGreaterThan(50);
    // How long the firing ones have been is told by the clock.
    const clockless = (text: string): string => text.replace(/, for [^<]*</g, ', for some time<');
    for (const mode of ['text', 'html'] as const) {
      const calls = names
        .map((name) => `[${name}] {{ template "${name}" ${name.endsWith('instances') ? '.Alerts' : '.'} }}`)
        .join('\n');
      const want = await real(mode, calls, join(templatesFolder, '*.tmpl'));
      expect(clockless(ours(mode, calls, files))).toBe(clockless(want));
    }
  });

  it('random documents in HTML', () => compare('html', randomDocuments(300, 20_260_701)));
});
