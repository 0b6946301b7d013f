import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../../src/cli/commands.ts';
import { configFiles, readDefaults } from '../../src/cli/defaults.ts';
import { parseCommandLine } from '../../src/cli/parse.ts';
import type { CommandSpec, FlagSpec } from '../../src/cli/spec.ts';
import { scratch } from '../support/process.ts';
import { runCtl } from './run.ts';

function parse(...words: string[]): unknown {
  const line = parseCommandLine(PROGRAM, words, {
    expand: (path) => {
      if (path !== 'words') throw new Error(`no ${path}`);
      return ['query', '-q', 'x'];
    },
  });
  if (line.error !== undefined) return line.error.message;
  return [line.commands.map(({ name }) => name), ...line.given.map(({ spec, value }) => `${spec.name}=${value}`)];
}

describe('words', () => {
  it.each([
    [['alert'], [['alert', 'query']]],
    [
      ['config', 'routes', 'test', 'a=b', '--tree', 'c=d'],
      [['config', 'routes', 'test'], 'labels=a=b', 'tree=true', 'labels=c=d'],
    ],
    [['alert', '-rx', 'y'], "expected argument for flag '-r'"],
    [
      ['alert', 'query', '-asrx', 'y'],
      [['alert', 'query'], 'active=true', 'silenced=true', 'receiver=x', 'matcher-groups=y'],
    ],
    [
      ['alert', 'query', '-r', 'x', '--no-active'],
      [['alert', 'query'], 'receiver=x', 'active=false'],
    ],
    [
      ['alert', 'query', '--receiver=', '--', '-a'],
      [['alert', 'query'], 'receiver=', 'matcher-groups=-a'],
    ],
    [
      ['alert', '-', '--no-verbose'],
      [['alert', 'query'], 'matcher-groups=', 'verbose=false'],
    ],
    [
      ['silence', '@words'],
      [['silence', 'query'], 'quiet=true', 'matcher-groups=x'],
    ],
    [['silence', '@other'], 'no other'],
    [['alert', 'query', '--no-receiver'], "unknown long flag '--no-receiver'"],
    [['alert', '--receiver'], "expected argument for flag '--receiver'"],
    [['config', 'show', 'x'], 'unexpected x'],
    [['silence', 'import', 'a', 'b'], 'unexpected b'],
    [['nothing'], 'expected command but got "nothing"'],
  ])('%j', (words, expected) => {
    expect(parse(...words)).toEqual(expected);
  });
});

describe('the help', () => {
  const paths = (command: CommandSpec, path: readonly string[]): string[][] => [
    [...path],
    ...command.commands.flatMap((below) => paths(below, [...path, below.name])),
  ];
  const find = (path: readonly string[]): CommandSpec =>
    path.reduce((command, name) => command.commands.find((one) => one.name === name)!, PROGRAM);

  it.each(paths(PROGRAM, []).map((path) => [path.join(' '), path] as const))(
    'of "%s" has all of it',
    async (_, path) => {
      const { code, out, err } = await runCtl([...path, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const { flags, commands, argument, examples = [] } = find(path);
      const shown = (flag: FlagSpec): boolean => flag.hidden !== true;
      for (const flag of [...PROGRAM.flags, ...flags].filter(shown))
        expect(out).toMatch(new RegExp(`--(\\[no-\\])?${flag.name}\\b`));
      for (const { name } of commands) expect(out).toContain(`  ${name}`);
      if (argument !== undefined) expect(out).toContain(`<${argument.name}>`);
      for (const example of examples) expect(out).toContain(`  tocsinctl ${example}\n`);
      const wide = out.split('\n').filter((line) => line.length > 80 && !/^(?: {2}|usage: )tocsinctl /.test(line));
      expect(wide).toEqual([]);
      expect((await runCtl(['help', ...path])).out).toBe(
        path[0] === 'help' ? (await runCtl(['help', 'help'])).out : out,
      );
    },
  );

  it('of everything is there as well', async () => {
    const { out } = await runCtl(['--help-long']);
    for (const path of paths(PROGRAM, [])) expect(out).toContain(`usage: ${['tocsinctl', ...path].join(' ')}`);
  });

  it('has examples that can be read', () => {
    const examples = paths(PROGRAM, []).flatMap((path) => find(path).examples ?? []);
    expect(examples.length).toBeGreaterThan(20);
    for (const example of examples) {
      const words =
        example
          .replace(/ [<>].*/, '')
          .replace(/\$\(.*\)/, 'id')
          .match(/(?:[^\s']|'[^']*')+/g) ?? [];
      expect(parse(...words.map((word) => word.replaceAll("'", ''))), example).toBeInstanceOf(Array);
    }
  });
});

describe('configuration files', () => {
  const home = scratch();
  const files = configFiles(home).filter((file) => file.startsWith(home));
  const write = (index: number, text: string): void => {
    mkdirSync(join(files[index]!, '..'), { recursive: true });
    writeFileSync(files[index]!, text);
  };

  it('are ours, then those of amtool', async () => {
    expect(configFiles('/home/me')).toEqual([
      '/home/me/.config/tocsinctl/config.yml',
      '/etc/tocsinctl/config.yml',
      '/home/me/.config/amtool/config.yml',
      '/etc/amtool/config.yml',
      '/home/me/.config/prometheus/amtool.yml',
      '/etc/prometheus/amtool.yml',
    ]);
    expect(await readDefaults(files)).toEqual(new Map());
    write(1, 'output: json\nauthor: amtool\ncomment_required: no\n"date.format": ~\n');
    write(0, 'author: &name ours\ntimeout: 1s\nreceiver: *name\ntimeout: 0x10\n');
    expect(await readDefaults(files)).toEqual(
      new Map([
        ['author', 'ours'],
        ['timeout', '0x10'],
        ['receiver', 'ours'],
        ['output', 'json'],
        ['require-comment', 'no'],
        ['date.format', ''],
      ]),
    );
  });

  it('give way to the command line', async () => {
    write(0, 'output: xml\nrequire-comment: "false"\n"alertmanager.url": "http://127.0.0.1:1"\n');
    expect((await runCtl(['alert'], files)).err).toContain(
      `enum value must be one of simple,extended,json, got 'xml'\n  A configuration file has it, under "output".\n`,
    );
    expect((await runCtl(['alert', '-o', 'json'], files)).err).toContain('127.0.0.1:1: connect: connection refused');
    expect((await runCtl(['silence', 'add', 'x', '-o', 'json'], files)).err).toContain('connection refused');
    expect((await runCtl(['silence', 'add', 'x', '-o', 'json', '--require-comment'], files)).err).toContain(
      'comment required',
    );
    expect((await runCtl(['alert', '--help'], files)).code).toBe(0);
  });

  it.each([
    ['- a', 'write a flag on each line'],
    ['output: [json]', 'output must have a single value'],
    ['output: "json', 'Missing closing'],
  ])('say what is wrong with %j', async (text, message) => {
    write(0, text);
    const { code, err } = await runCtl(['alert'], files);
    expect(code).toBe(1);
    expect(err).toContain(`could not load config file: ${files[0]}: `);
    expect(err).toContain(message);
  });
});
