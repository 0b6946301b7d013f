// The built tocsinctl in a shell: how fast it is there, what completes its words, what reads its standard input, and who
// stops reading its output.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../support/process.ts';

const dir = scratch();

beforeAll(() => {
  const ctl = join(dirname(resolve(process.env['TOCSIN_MAIN'] ?? 'dist/main.js')), 'ctl.js');
  writeFileSync(join(dir, 'tocsinctl'), `#!/bin/sh\nexec '${process.execPath}' '${ctl}' "$@"\n`, { mode: 0o755 });
});

function bash(script: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const env = { PATH: `${dir}:${process.env['PATH'] ?? ''}`, HOME: dir };
    const child = execFile('/bin/bash', ['-c', script], { encoding: 'utf8', env, cwd: dir }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end();
  });
}

describe('tocsinctl in a shell', () => {
  it.each([
    ['tocsinctl sil', 1, 'silence'],
    ['tocsinctl config routes t', 3, 'test'],
    ['tocsinctl alert --output = js', 4, 'json'],
    ['tocsinctl config routes --config.file x', 4, ''],
    ['tocsinctl --alertmanager.url = http : //x : 9093 sil', 8, 'silence'],
  ])('completes %j in bash', async (line, word, expected) => {
    const script = `source <(tocsinctl completion bash); COMP_WORDS=(${line}); COMP_CWORD=${word}; _tocsinctl; echo "\${COMPREPLY[*]}"`;
    expect(await bash(script)).toEqual({ code: 0, out: `${expected}\n`, err: '' });
  });

  it('starts soon', async () => {
    const once = async (): Promise<number> => {
      const begun = performance.now();
      expect((await bash('tocsinctl --version')).out).toMatch(/^tocsinctl, version /);
      return performance.now() - begun;
    };
    const times: number[] = [];
    for (let i = 0; i < 7; i++) times.push(await once());
    // It takes 100 ms where nothing else runs; what is loaded by mistake takes several times that.
    expect(Math.min(...times)).toBeLessThan(400);
  });

  // V8's coverage names every script that was loaded.
  it.each([
    ['--version', []],
    ['--help-long', []],
    ['--completion-bash sil', []],
    ['alert', ['luxon', 're2js']],
    ['silence add a=b -c x', ['luxon', 're2js']],
    ['cluster', ['luxon']],
    ['watch "b=~("', ['get-east-asian-width', 'luxon', 're2js', 'string-width', 'strip-ansi', 'ansi-regex']],
    ['receivers test x', ['luxon', 're2js']],
    ['backup x', ['better-sqlite3']],
    ['check-config tocsinctl', ['luxon', 're2js', 'yaml']],
  ])('loads no more libraries than it takes: %s', async (line, expected) => {
    const folder = mkdtempSync(join(dir, 'loaded-'));
    await bash(`NODE_V8_COVERAGE=${folder} tocsinctl --alertmanager.url=http://127.0.0.1:1 ${line}`);
    const text = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('');
    expect(text).toContain('/ctl.js');
    const found = [...text.matchAll(/"url":"file:[^"]*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map(
      ([, name]) => name,
    );
    expect([...new Set(found)].sort()).toEqual([...expected].sort());
  });

  it('reads standard input, and takes it well when nobody reads on', async () => {
    const good = await bash(`printf 'route: {receiver: x}\\nreceivers: [{name: x}]\\n' | tocsinctl check-config`);
    expect(good).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Checking '\/dev\/stdin' {2}SUCCESS\n/) as string,
    });
    expect(await bash('tocsinctl check-config < /dev/null')).toMatchObject({
      code: 1,
      err: expect.stringContaining('standard input') as string,
    });
    expect(
      await bash(
        `printf 'route: {receiver: x, routes: [{match: {a: b}}]}\\nreceivers: [{name: x}]\\n' | tocsinctl config convert`,
      ),
    ).toMatchObject({
      code: 0,
      out: `route: {receiver: x, routes: [{matchers: ['a="b"']}]}\nreceivers: [{name: x}]\n`,
    });
    expect(await bash('set -o pipefail; tocsinctl --help-long | head -1')).toEqual({
      code: 0,
      out: 'usage: tocsinctl [<flags>] <command> [<args> ...]\n',
      err: '',
    });
  });

  it('has no colours there', async () => {
    expect((await bash('tocsinctl check-config tocsinctl')).out).not.toContain('\u001b');
  });
});
