import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { aligned, json, table } from '../../src/cli/table.ts';
import { TestServer, TestState } from '../http/server.ts';
import { HttpSink } from '../support/http-sink.ts';
import { scratch } from '../support/process.ts';
import { type Ran, runCtl } from './run.ts';

const dir = scratch();
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

let state: TestState;
let server: TestServer;

beforeEach(async () => {
  state = new TestState();
  state.time = Date.now();
  server = await TestServer.start({}, state);
  return () => server.close();
});

const ctl = (...argv: string[]): Promise<Ran> =>
  runCtl([`--alertmanager.url=http://127.0.0.1:${server.port}`, ...argv]);

async function printed(...argv: string[]): Promise<string> {
  const { code, out, err } = await ctl(...argv);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

const added = async (...argv: string[]): Promise<string> =>
  (await printed('silence', 'add', '-c', 'x', ...argv)).trim();
const times = (id: string): string[] => {
  const silence = [...state.silences()].find((one) => one.id === id)!;
  return [silence.startsAt, silence.endsAt].map((at) => new Date(at).toISOString());
};

describe('silence update', () => {
  it('changes times and comments, and prints what has become of them', async () => {
    const id = await added('a=b', '--start=2100-01-01T00:00:00Z', '-d', '1h');
    const out = await printed(
      'silence',
      'update',
      '--start=2100-01-02T00:00:00Z',
      '-d',
      '1d',
      '--comment=two words',
      id,
    );
    expect(times(id)).toEqual(['2100-01-02T00:00:00.000Z', '2100-01-03T00:00:00.000Z']);
    expect(out.split('\n')[1]).toMatch(new RegExp(`^${id}  a="b"     2100-01-03 00:00:00 UTC  \\w+ +two words  $`));
    expect(await printed('silence', 'update', '-q', '--end=2100-01-04T00:00:00+01:00', id)).toBe(`${id}\n`);
    expect(times(id)).toEqual(['2100-01-02T00:00:00.000Z', '2100-01-03T23:00:00.000Z']);
    const shown = JSON.parse(await printed('silence', 'update', '-o', 'json', '-c', 'y', id)) as object[];
    expect(shown).toMatchObject([{ id, comment: 'y', status: { state: 'pending' } }]);
  });

  it('prints the id of what the server has put in its place', async () => {
    const id = await added('a=b');
    state.time += 60_000;
    const other = (await printed('silence', 'update', '-q', '--start=2100-01-01T00:00:00Z', '-d', '1h', id)).trim();
    expect(other).not.toBe(id);
    expect(times(other)).toEqual(['2100-01-01T00:00:00.000Z', '2100-01-01T01:00:00.000Z']);
  });

  it('stops at one that is not there', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const { code, out, err } = await ctl('silence', 'update', '-d', '2h', nobody, await added('a=b'));
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: `tocsinctl: error: [GET /silence/{silenceID}][404] getSilenceNotFound\n  No silence has the id "${nobody}": "silence query" prints those there are, "silence query --expired" those there were.\n`,
    });
  });
});

describe('silence import', () => {
  it('adds what was printed, once more when it is told to', async () => {
    const ids = [await added('a=b'), await added('c=~d')];
    const path = file('silences.json', await printed('silence', 'query', '-o', 'json'));
    expect((await printed('silence', 'import', path)).trim().split('\n').sort()).toEqual([...ids].sort());
    expect([...state.silences()]).toHaveLength(2);
    const fresh = (await printed('silence', 'import', '--force', '-w', '1', path)).trim().split('\n');
    expect(fresh.some((id) => ids.includes(id))).toBe(false);
    expect([...state.silences()]).toHaveLength(4);
  });

  it('makes a new one of what is not there any more, and says what failed', async () => {
    const silence = {
      id: '00000000-0000-4000-8000-000000000000',
      matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
      startsAt: '2100-01-01T00:00:00Z',
      endsAt: '2100-01-02T00:00:00Z',
      createdBy: 'me',
      comment: 'x',
      status: { state: 'expired' },
    };
    const path = file(
      'some.json',
      JSON.stringify([silence, { ...silence, id: 'gone', endsAt: '2000-01-01T00:00:00Z' }]),
    );
    const { code, out, err } = await ctl('silence', 'import', path);
    expect(code).toBe(1);
    expect([...state.silences()].map(({ id }) => `${id}\n`)).toEqual([out]);
    expect(err).toMatch(/^Error adding silence id='gone': \[POST \/silences\]/);
    expect(err).toContain("\ntocsinctl: error: couldn't import 1 out of 2 silences\n");
  });

  it.each(['{', '{}', '[1]', '[[]]', ''])('sends nothing of %j', async (text) => {
    const { code, out, err } = await ctl('silence', 'import', file('bad.json', text));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain("couldn't unmarshal input data, is it JSON?: ");
    expect([...state.silences()]).toEqual([]);
  });
});

describe('cluster show', () => {
  it('lists members in order of their addresses', async () => {
    const peers = ['10.0.0.10:9', '10.0.0.9:94', '[fe80::1]:9', '10.0.0.9:9', '[::1]:7', '9.0.0.0:1'].map(
      (address, i) => ({ address, name: `n${i}` }),
    );
    const body = JSON.stringify({ cluster: { name: 'me', status: 'ready', peers } });
    const sink = await HttpSink.start({ body });
    const show = async (...argv: string[]): Promise<string> =>
      (await runCtl([`--alertmanager.url=${sink.url('')}`, 'cluster', ...argv])).out;
    expect(await show()).toBe('Cluster Status:  ready\nNode Name:       me\n');
    expect(await show('-o', 'extended')).toBe(`Cluster Status:  ready
Node Name:       me

Address      Name
[::1]:7      n4  
9.0.0.0:1    n5  
10.0.0.9:9   n3  
10.0.0.9:94  n1  
10.0.0.10:9  n0  
[fe80::1]:9  n2  
`);
    expect(await show('-o', 'json')).toBe(`${JSON.stringify({ name: 'me', status: 'ready', peers })}\n`);
    await sink.close();
  });
});

describe('config routes show', () => {
  it("draws a file's routes, or the server's", async () => {
    const tree = `Routing tree:
.
└── default-route  receiver: default
    ├── {team="db"}  continue: true  receiver: db-team
    ├── {team=~"d.*"}  receiver: all-d
    └── {team="night"}  receiver: default

`;
    expect(await printed('config', 'routes')).toBe(tree);
    const text = await printed('config', 'show');
    expect(await runCtl(['config', 'routes', `--config.file=${file('am.yml', text)}`])).toEqual({
      code: 0,
      out: tree,
      err: '',
    });
    expect(await printed('config', 'routes', 'test', 'team=db')).toBe('db-team,all-d\n');
    const both = await ctl(
      'config',
      'routes',
      'test',
      `--config.file=${join(dir, 'am.yml')}`,
      '--verify.receivers=x',
      'a=b',
    );
    expect(both).toEqual({
      code: 1,
      out: 'default\nWARNING: Expected receivers did not match resolved receivers.\n',
      err: 'Warning: --config.file flag overrides the --alertmanager.url.\n',
    });
  });
});

describe('template render', () => {
  const render = (...argv: string[]): Promise<Ran> => runCtl(['template', 'render', ...argv]);

  it('renders over an example or a file', async () => {
    const glob = `--template.glob=${file('x.tmpl', '{{ define "x" }}{{ .Status }} & {{ len .Alerts }}{{ end }}')}`;
    const text = '--template.text={{ template "x" . }}';
    expect(await render(glob, text)).toEqual({ code: 0, out: 'alertstatus & 2', err: '' });
    const data = `--template.data=${file('data.json', '{"status": "<firing>"}')}`;
    expect((await render(glob, text, data)).out).toBe('<firing> & 0');
    expect((await render(glob, text, data, '--template.type=html')).out).toBe('&lt;firing&gt; & 0');
    expect((await render(glob, '--template.text={{ template "slack.default.title" . }}')).out).toMatch(
      /^\[ALERTSTATUS\]/,
    );
  });

  it.each([
    [['--template.glob=x', '--template.text={{'], /template: :1: /],
    [['--template.glob=x', '--template.text=x', '--template.data=/nope'], /open \/nope: no such file or directory/],
    [['--template.glob=x', '--template.text=x', `--template.data=${dir}`], /EISDIR|is a directory/],
    [['--template.text=x'], /required flag\(s\) '--template.glob' not provided/],
  ])('%j fails', async (argv, message) => {
    const { code, out, err } = await render(...argv);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
  });
});

describe('tables', () => {
  it('line up neighbouring lines that have a column', () => {
    expect(aligned([['a', 'b'], [''], ['long', 'x', 'y'], ['c', 'longer', '']])).toBe(
      'a  b\n\nlong  x       y\nc     longer  \n',
    );
    expect(
      table([
        ['ä', '日本'],
        ['', ''],
      ]),
    ).toBe('ä  日本  \n       \n');
    expect(table(Array.from({ length: 200_000 }, () => ['x'])).length).toBe(4 * 200_000);
  });

  it('write JSON as Go does', () => {
    expect(json({ a: '<&>\u2028"' })).toBe('{"a":"\\u003c\\u0026\\u003e\\u2028\\""}\n');
  });
});
