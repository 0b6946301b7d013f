// One command line to the real amtool and to tocsinctl, against one server, which once is a Tocsin and once the real
// Alertmanager: the same output byte for byte, the same exit code, the same errors.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runCtl } from '../cli/run.ts';
import { realProgram } from '../support/process.ts';
import { ALERTS, type Case, LOCAL, SILENCES, STATUS } from './ctl-cases.ts';
import { CONFIGURED, ERRORS } from './ctl-cases-errors.ts';
import { openWorld, type World } from './ctl-world.ts';
import { subject } from './harness.ts';

const NO_HOME = 'nobody';

/** The words of a line; without a server of their own they speak to the world's. */
function wordsOf(world: World, { run }: Case): string[] {
  const words = [...run.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) =>
    word
      .replaceAll("'", '')
      .replaceAll('$URL', world.server.url)
      .replaceAll('$DIR', world.dir)
      .replaceAll('$ID', world.id),
  );
  const isLocal = /--config\.file|^template|^check-config/.test(run);
  return isLocal || run.includes('--alertmanager.url') ? words : [`--alertmanager.url=${world.server.url}`, ...words];
}

function amtool(world: World, words: readonly string[], home: string): Promise<Ran> {
  const env = { HOME: join(world.dir, home), USER: process.env['USER'] ?? '', TZ: 'UTC' };
  return new Promise((done) => {
    const child = execFile(realProgram('AMTOOL_BIN'), words, { encoding: 'utf8', env }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end();
  });
}

/** As both write it: the program's name, what amtool logs, and what it says of versions are no part of the comparison. */
function comparable(ran: Ran, { mask = [], compare }: Case, isLocal: boolean): unknown {
  const masked = (text: string): string => mask.reduce((rest, pattern) => rest.replace(pattern, '<masked>'), text);
  const err = ran.err
    .replace(/^tocsinctl: /gm, 'amtool: ')
    .replace(/^Warning: amtool version .*\n/gm, '')
    // Ours for whoever sits at a terminal.
    .replace(/^Note: .*\n/gm, '')
    // Ours of what a configuration has that is deprecated or hardly meant.
    .replace(/^ {2}WARNING: .*\n/gm, '')
    // Ours of what to do about an error.
    .replace(/(?<=^amtool: error: .*\n) {2}[A-Z"].*\n/gm, '')
    // The packaged amtool has a default for the URL, and so always overrides one.
    .replace(isLocal ? /^Warning: --config\.file flag overrides .*\n/gm : /^$/, '')
    .trimEnd();
  const out = ran.out.replace(/^time=\S+ level=WARN .*\n/gm, '');
  const both = { code: ran.code, out: masked(out), err: masked(err) };
  if (compare === 'code') return { code: ran.code };
  if (compare === undefined) return both;
  return compare === 'out' ? { code: ran.code, out: both.out } : { code: ran.code, err: both.err };
}

async function ask(world: World, one: Case): Promise<void> {
  const words = wordsOf(world, one);
  const home = one.home ?? NO_HOME;
  const [theirs, ours] = await Promise.all([
    amtool(world, words, home),
    runCtl(words, [join(world.dir, home, '.config/amtool/config.yml')]),
  ]);
  const isLocal = !words.some((word) => word.startsWith('--alertmanager.url'));
  expect(comparable(ours, one, isLocal)).toEqual(comparable(theirs, one, isLocal));
}

describe.each(['alertmanager', subject] as const)('against %s', (kind) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld(kind);
  });

  afterAll(async () => {
    await world.server.kill();
  });

  const every = [...ALERTS, ...SILENCES, ...STATUS, ...LOCAL, ...ERRORS, ...CONFIGURED];

  it.concurrent.each(
    every.map((one) => [`${one.home === undefined ? '' : `(${one.home}) `}tocsinctl ${one.run}`, one] as const),
  )('%s', (_, one) => ask(world, one));
});

it('are many', () => {
  expect([...ALERTS, ...SILENCES, ...STATUS, ...LOCAL, ...ERRORS, ...CONFIGURED].length).toBeGreaterThan(300);
});
