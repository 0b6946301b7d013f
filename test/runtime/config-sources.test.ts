import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sourcesOf } from '../../src/runtime/config-sources.ts';
import { ConfigurationError, loadConfiguration } from '../../src/runtime/configuration.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-sources-')));
afterAll(() => rmSync(dir, { recursive: true }));
mkdirSync(join(dir, 'conf.d'));
const main = join(dir, 'main.yml');

function write(name: string, text: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

describe('what a configuration takes from outside', () => {
  it('is nothing without the flags', () => {
    expect(sourcesOf(main, { expandEnv: false, include: false })).toEqual({});
  });

  it('is the environment, and only its own variables', () => {
    const { lookup } = sourcesOf(main, { expandEnv: true, include: false }, { A: 'b', EMPTY: '' });
    expect(['A', 'EMPTY', 'NONE', 'constructor', '__proto__'].map((name) => lookup!.variable(name))).toEqual([
      'b',
      '',
      ...[undefined, undefined, undefined],
    ]);
  });

  it('is what files hold, without one line break at their end', () => {
    const { lookup } = sourcesOf(main, { expandEnv: true, include: false });
    expect(lookup!.file(write('a', 'x\n'))).toBe('x');
    expect(lookup!.file(write('a', 'x\r\n'))).toBe('x');
    expect(lookup!.file(write('a', 'x\n\n'))).toBe('x\n');
    expect(lookup!.file(write('a', ''))).toBe('');
    expect(() => lookup!.file(join(dir, 'none'))).toThrow('no such file');
    expect(() => lookup!.file(dir)).toThrow('directory');
    expect(() => lookup!.file(write('a', new Uint8Array(1024 * 1024 + 1)))).toThrow('too many for one value');
    expect(() => lookup!.file('/dev/zero')).toThrow('not a regular file');
  });

  it('is the files of a pattern, sorted, beside the configuration', () => {
    for (const name of ['b.yml', 'a.yml', 'c.txt']) write(`conf.d/${name}`, name);
    write('main.yml', '');
    const { include } = sourcesOf(main, { expandEnv: false, include: true });
    const names = (pattern: string): string[] => include!(pattern).map(({ name }) => name.slice(dir.length));
    expect(names('conf.d/*.yml')).toEqual(['/conf.d/a.yml', '/conf.d/b.yml']);
    expect(names(join(dir, 'conf.d', '*.txt'))).toEqual(['/conf.d/c.txt']);
    expect(names('*.yml')).toEqual([]);
    expect(names('none/*')).toEqual([]);
    expect(() => names('[')).toThrow('syntax error in pattern');
    expect(() => names('conf.d')).toThrow(`cannot read ${join(dir, 'conf.d')}: `);
  });
});

describe('loading', () => {
  it('takes both, and names the file of each problem', async () => {
    write('token', 'hunter2\n');
    write('conf.d/a.yml', `receivers: [{name: a, slack_configs: [{api_url: '\${file:../token}', channel: x}]}]\n`);
    write('conf.d/b.yml', `receivers: [{name: a}]\nroutes: [{group_wait: '\${PATH}'}]\n`);
    write('main.yml', 'include: [conf.d/*.yml]\nroute: {receiver: a}\n');
    const load = (): Promise<unknown> => loadConfiguration(main, 'fallback', { expandEnv: true, include: true });
    const failed = await load().catch((error: unknown) => error);
    if (!(failed instanceof ConfigurationError)) throw failed;
    expect(failed.problems.map(({ file, line, path }) => [file.slice(dir.length), line, path])).toEqual([
      ['/conf.d/a.yml', 1, 'receivers[0].slack_configs[0].api_url'],
      ['/conf.d/b.yml', 1, 'receivers[0].name'],
      ['/conf.d/b.yml', 2, 'routes[0].group_wait'],
    ]);
    expect(failed.message).not.toContain('hunter2');
    write('token', 'https://hooks.example/hunter2\n');
    write('conf.d/b.yml', `receivers: [{name: b}]\nroutes: [{receiver: b}]\n`);
    const loaded = await loadConfiguration(main, 'fallback', { expandEnv: true, include: true });
    expect(loaded.config.receivers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(loaded.config.original).not.toContain('hunter2');
    await expect(loadConfiguration(main, 'fallback')).rejects.toThrow('--config.include');
  });
});
