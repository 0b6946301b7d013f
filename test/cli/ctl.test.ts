import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { showsColours } from '../../src/cli/paint.ts';
import { TestServer, TestState } from '../http/server.ts';
import { scratch } from '../support/process.ts';
import { type Ran, runCtl } from './run.ts';

const configFiles: string[] = [];
let state: TestState;
let server: TestServer;

const run = (...argv: string[]): Promise<Ran> => runCtl(argv, configFiles);

/** At the server. */
function ctl(...argv: string[]): Promise<Ran> {
  return run('--alertmanager.url', `http://127.0.0.1:${server.port}`, ...argv);
}

async function lines(...argv: string[]): Promise<string[]> {
  const { code, out, err } = await ctl(...argv);
  expect(err).toBe('');
  expect(code).toBe(0);
  return out.split('\n').slice(0, -1);
}

async function failure(...argv: string[]): Promise<string> {
  const { code, out, err } = await ctl(...argv);
  expect(code).toBe(1);
  expect(out).toBe('');
  // Without what to do about it.
  const match = /^tocsinctl: error: ([\s\S]*)\n$/.exec(err.replace(/^ {2}.*\n/gm, ''));
  if (match === null) throw new Error(err);
  return match[1]!;
}

beforeEach(async () => {
  state = new TestState();
  state.time = Date.now();
  server = await TestServer.start({}, state);
  return () => server.close();
});

const day = (n: number): string => `2020-01-0${n}T00:00:00Z`;

describe('alerts', () => {
  it('are added and printed', async () => {
    expect(await lines('alert', 'add', 'Disk', 'node=b', '--annotation=summary=full up', `--start=${day(2)}`)).toEqual(
      [],
    );
    expect(await lines('alert', 'add', 'alertname=Net', '"größe"="10 cm"', `--start=${day(1)}`)).toEqual([]);
    const table = [
      'Alertname  Starts At                Summary  State   ',
      'Net        2020-01-01 00:00:00 UTC           active  ',
      'Disk       2020-01-02 00:00:00 UTC  full up  active  ',
    ];
    expect(await lines('alert')).toEqual(table);
    expect(await lines('alert', 'query')).toEqual(table);
    expect(await lines('alert', 'Disk')).toEqual([table[0], table[2]]);
    expect(await lines('alert', 'query', 'alertname=~"N.*"')).toEqual([
      'Alertname  Starts At                Summary  State   ',
      'Net        2020-01-01 00:00:00 UTC           active  ',
    ]);
    expect(await lines('alert', 'query', 'Disk', 'node!=b')).toEqual(['Alertname  Starts At  Summary  State  ']);
  });

  it('are printed at length', async () => {
    await ctl(
      'alert',
      'add',
      'Disk',
      'a=1',
      '--annotation=k=v',
      '--generator-url=http://p',
      `--start=${day(1)}`,
      '--end=2100-01-01T00:00:00Z',
    );
    expect(await lines('alert', 'query', '-o', 'extended')).toEqual([
      'Labels                  Annotations  Starts At                Ends At                  Generator URL  State   ',
      'a="1" alertname="Disk"  k="v"        2020-01-01 00:00:00 UTC  2100-01-01 00:00:00 UTC  http://p       active  ',
    ]);
    expect(await lines('--date.format=Jan 2 15:04', 'alert')).toContain('Disk       Jan 1 00:00           active  ');
    const [json] = await lines('-o', 'json', 'alert');
    expect(JSON.parse(json!)).toMatchObject([{ labels: { alertname: 'Disk', a: '1' }, annotations: { k: 'v' } }]);
  });

  it('are asked for by state and receiver', async () => {
    await ctl('alert', 'add', 'A', 'team=db', `--start=${day(1)}`);
    await ctl('alert', 'add', 'B', 'team=web', `--start=${day(2)}`);
    await ctl('silence', 'add', 'A', '-c', 'why');
    // The server's clock stands still; the silence began by the other one.
    state.time = Date.now() + 60_000;
    const names = async (...argv: string[]) => (await lines('alert', 'query', ...argv)).slice(1).map((line) => line[0]);
    expect(await names()).toEqual(['B']);
    expect(await names('-s')).toEqual(['A']);
    expect(await names('-a', '-s')).toEqual(['A', 'B']);
    expect(await names('--receiver=db.*', '-as')).toEqual(['A']);
  });

  it('need labels that are pairs', async () => {
    expect(await failure('alert', 'add', 'foo=~x')).toBe('labels must be specified as key=value pairs');
    expect(await failure('alert', 'add', 'x', '--annotation=a!=b')).toBe(
      'annotations must be specified as key=value pairs',
    );
    expect(await failure('alert', 'add', 'x', 'y')).toBe('bad matcher format: y');
    expect(await failure('alert', 'add')).toMatch(/^\[POST \/alerts\]\[400\] .*at least one label pair required/);
    expect(await failure('alert', 'add', 'x', '--start=yesterday')).toBe(
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    );
  });

  it('are coloured on a terminal', async () => {
    await ctl('alert', 'add', 'Disk', `--start=${day(1)}`);
    const out: string[] = [];
    const terminal = { colours: true, out: (text: string) => void out.push(text), err: () => undefined };
    await main([`--alertmanager.url=http://127.0.0.1:${server.port}`, 'alert'], { terminal, configFiles: [] });
    expect(out.join('')).toBe(
      'Alertname  Starts At                Summary  State   \n' +
        'Disk       2020-01-01 00:00:00 UTC           \u001b[31mactive\u001b[0m  \n',
    );
    const tty = { isTTY: true };
    expect([showsColours(tty, {}), showsColours({}, {}), showsColours(tty, { NO_COLOR: '1' })]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('of others do not steer the terminal', async () => {
    await server.post('/api/v2/alerts', [
      { labels: { alertname: 'x\u001b[2Jy' }, annotations: { summary: 'a\nb\tc\u0007' } },
    ]);
    const [, row] = await lines('alert');
    expect(row).toMatch(/^x\[2Jy {4}.* a b c {4}active {2}$/);
  });
});

describe('silences', () => {
  it('are added, printed and ended', async () => {
    const [first] = await lines('silence', 'add', 'foo', '-c', 'hi', '-a', 'me', '-d', '2h');
    const [second] = await lines('silence', 'add', 'a=~b', 'x!~"y z"', '--comment=two words', '--author=you');
    const bare = (line: string): string => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME');
    expect((await lines('silence')).map(bare)).toEqual([
      'ID                                    Matchers         Ends At                  Created By  Comment    ',
      `${second}  a=~"b" x!~"y z"  TIME  you         two words  `,
      `${first}  alertname="foo"  TIME  me          hi         `,
    ]);
    expect((await lines('silence', 'query', '-o', 'extended')).map(bare)[1]).toBe(
      `${second}  {a=~"b",x!~"y z"}  TIME  TIME  TIME  you         two words  `,
    );
    expect(await lines('silence', 'query', '-q', 'foo')).toEqual([first]);
    expect(await lines('silence', 'query', '-q', '--within', '90m')).toEqual([second]);
    expect(await lines('silence', 'query', '-q', '--created-by=me')).toEqual([first]);
    expect(await lines('silence', 'query', '-q', `--id=${second}`)).toEqual([second]);
    expect(await lines('silence', 'expire', first!, second!)).toEqual([]);
    expect(await lines('silence', 'query', '-q')).toEqual([]);
    const [json] = await lines('-o', 'json', 'silence');
    expect(JSON.parse(json!)).toEqual([]);
    expect((await lines('silence', 'query', '-q', '--expired', '--within=1h')).sort()).toEqual([first, second].sort());
  });

  it('last as long as they are asked to', async () => {
    await ctl('silence', 'add', 'x', '-c', 'c', '--start=2100-01-01T00:00:00Z', '-d', '1d12h');
    await ctl('silence', 'add', 'y', '-c', 'c', '--start=2100-01-01T00:00:00+01:00', '--end=2100-01-02T00:00:00Z');
    expect(
      [...state.silences()].map(({ startsAt, endsAt }) => [startsAt, endsAt].map((at) => new Date(at).toISOString())),
    ).toEqual([
      ['2100-01-01T00:00:00.000Z', '2100-01-02T12:00:00.000Z'],
      ['2099-12-31T23:00:00.000Z', '2100-01-02T00:00:00.000Z'],
    ]);
  });

  it('have annotations, and no comment only on request', async () => {
    expect(await lines('silence', 'add', 'x', '--no-require-comment', '--annotation=k=v')).toHaveLength(1);
    expect([...state.silences()][0]).toMatchObject({ comment: '', annotations: { k: 'v' } });
  });

  it.each([
    [['add'], 'no matchers specified'],
    [['add', 'foo'], 'comment required by config'],
    [['add', 'foo', '-c', 'x', '-d', '0s'], 'silence duration must be greater than 0'],
    [['add', 'foo', '-c', 'x', '-d', '1x'], 'unknown unit "x" in duration "1x"'],
    [['add', 'foo', 'bar', '-c', 'x'], 'bad matcher format: bar'],
    [
      ['add', 'foo', '-c', 'x', '--start=2030-01-01T00:00:00Z', '--end=2029-01-01T00:00:00Z'],
      'silence cannot start after it ends',
    ],
    [['expire'], 'no silence IDs specified'],
  ])('silence %j fails as in amtool', async (argv, message) => {
    expect(await failure('silence', ...argv)).toBe(message);
  });

  it('that are not there cannot be ended', async () => {
    const id = '11111111-1111-1111-1111-111111111111';
    expect(await failure('silence', 'expire', id)).toBe('[DELETE /silence/{silenceID}][404] deleteSilenceNotFound');
    expect(await failure('silence', 'expire', '../alerts')).toMatch(/^\[DELETE .*\] deleteSilence \(status 422\): /);
  });
});

describe('the configuration', () => {
  it('is printed', async () => {
    const out = (await lines('config')).join('\n');
    expect(out).toBe((await lines('config', 'show')).join('\n'));
    expect(`${out.trimEnd()}\n`).toBe(`${state.config().original.trimEnd()}\n`);
    expect(await lines('config', 'show', '-o', 'extended')).toContain('version 0.34.0');
    const [json] = await lines('config', 'show', '-o', 'json');
    expect(JSON.parse(json!)).toMatchObject({ versionInfo: { version: '0.34.0' } });
  });
});

describe('check-config', () => {
  const dir = scratch();
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  let good: string;
  let bad: string;

  beforeAll(() => {
    good = file('good.yml', 'route: {receiver: x}\nreceivers: [{name: x}, {name: y}]\ninhibit_rules: []\n');
    bad = file('bad.yml', 'route:\n  receiver: nobody\n  group_wiat: 1s\nreceivers: []\n');
  });

  it('takes variables and further files where its flags say so, as the server does', async () => {
    file('part.yml', `receivers: [{name: '\${HOME}'}]\nroutes: [{receiver: '\${HOME}'}]\n`);
    const whole = file('whole.yml', 'include: [part.y*]\nroute: {receiver: x}\nreceivers: [{name: x}]\n');
    const both = ['--config.expand-env', '--config.include'];
    expect(await run('check-config', ...both, whole)).toMatchObject({
      code: 0,
      out: expect.stringContaining(' - 2 receivers\n'),
    });
    const plain = await run('check-config', whole);
    expect(plain.code).toBe(1);
    expect(plain.out).toContain('--config.include');
    file('part.yml', `routes: [{group_wait: '\${NO_SUCH_VARIABLE}'}]\n`);
    const wrong = await run('check-config', ...both, whole);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.out).toContain(`${join(dir, 'part.yml')}:1:24: routes[0].group_wait: the environment has no variable`);
  });

  it('says what was found', async () => {
    const { code, out, err } = await run('check-config', good);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      `Checking '${good}'  SUCCESS\nFound:\n - global config\n - route\n - 0 inhibit rules\n - 2 receivers\n - 0 templates\n\n`,
    );
  });

  it('says all that is wrong, and goes on with the next file', async () => {
    const { code, out, err } = await run('check-config', bad, good);
    expect(code).toBe(1);
    expect(err).toBe('tocsinctl: error: failed to validate 1 file(s)\n');
    expect(out).toContain(`Checking '${bad}'  FAILED: `);
    expect(out).toContain('group_wiat');
    expect(out).toContain('bad.yml:3:3');
    expect(out).toContain(`Checking '${good}'  SUCCESS`);
    expect((await run('check-config', good, '/no/such.yml')).err).toBe(
      "tocsinctl: error: path '/no/such.yml' does not exist\n",
    );
  });

  it('gives advice to who asks for it', async () => {
    const odd = file(
      'odd.yml',
      'route: {receiver: x, routes: [{match: {a: b}, receiver: x, repeat_interval: 9m}]}\nreceivers: [{name: x}, {name: y}]\n',
    );
    const plain = await run('check-config', odd);
    expect(plain.err).toMatch(
      /^ {2}WARNING: .*odd\.yml:1:39: route\.routes\[0\]\.match: match is deprecated: .* \(deprecated-match\)\n$/,
    );
    expect(plain.out).not.toContain('unused-receiver');
    const linted = await run('check-config', '--lint', odd);
    expect(linted).toMatchObject({ code: 0, err: '' });
    expect(linted.out).toContain('(deprecated-match)\n');
    expect(linted.out).toMatch(/^ {2}HINT: .*odd\.yml:2:\d+: receivers\[1\]\.name: .* \(unused-receiver\)$/m);
    expect(linted.out).not.toContain('repeat-above-retention');
    expect((await run('check-config', '--lint', '--data.retention=1m', odd)).out).toContain('repeat-above-retention');
    expect(await run('check-config', '--lint-fatal', good, odd)).toMatchObject({
      code: 1,
      err: 'tocsinctl: error: there is something to mend in 2 file(s)\n',
    });
  });

  it('knows the files of templates', async () => {
    const parts = file('parts.tmpl', '{{ define "team.text" }}{{ template "gone" }}{{ end }}');
    const text = (name: string) => `webhook_configs: [{url: 'http://x', payload: {t: '{{ template "${name}" . }}'}}]`;
    const used = (name: string) =>
      file('used.yml', `route: {receiver: x}\nreceivers:\n- name: x\n  ${text(name)}\ntemplates: ['${parts}']\n`);
    const wrong = await run('check-config', used('team.txt'));
    expect(wrong).toMatchObject({ code: 0 });
    expect(wrong.err).toMatch(/used\.yml:4:\d+: .*payload\.t: .*"team\.txt": did you mean "team\.text"\?/);
    expect(wrong.err).toMatch(/parts\.tmpl:1:\d+: .*"gone"/);
    expect((await run('check-config', used('team.text'))).err).not.toContain('used.yml');
  });

  it('speaks to programs', async () => {
    const broken = file('broken.tmpl', '{{ define "x" }}{{ end');
    const templated = file('templated.yml', `route: {receiver: x}\nreceivers: [{name: x}]\ntemplates: ['${broken}']\n`);
    const { code, out, err } = await run('check-config', '--format=json', bad, good, templated);
    expect({ code, err }).toEqual({ code: 1, err: 'tocsinctl: error: failed to validate 2 file(s)\n' });
    expect(JSON.parse(out)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ file: bad, line: 3, column: 3, path: 'route.group_wiat', severity: 'error' }),
        expect.objectContaining({ file: broken, line: 1, severity: 'error' }),
      ]),
    );
    const github = (await run('check-config', '--format=github', '--lint', bad, templated)).out.split('\n');
    expect(github).toContainEqual(
      expect.stringMatching(/^::error file=\/.*bad\.yml,line=3,col=3::route\.group_wiat: .*group_wait/),
    );
    expect(github).toContainEqual(expect.stringMatching(/^::error file=.*broken\.tmpl,line=1,col=\d+::/));
    expect((await run('check-config', '--format=json', good)).out).toBe('[]\n');
  });

  it('warns of what is deprecated and speaks the syntax that is asked for', async () => {
    const old = file('old.yml', 'route: {receiver: x, routes: [{matchers: ["größe=1"]}]}\nreceivers: [{name: x}]\n');
    expect((await run('check-config', old)).code).toBe(0);
    expect((await run('--enable-feature=classic-mode', 'check-config', old)).code).toBe(1);
  });
});

describe('the command line', () => {
  it('has help for everything', async () => {
    for (const argv of [['--help'], [], ['help']]) {
      const { code, out } = await run(...argv);
      expect(code).toBe(0);
      for (const word of ['alert', 'silence', 'check-config', 'config', '--alertmanager.url'])
        expect(out).toContain(word);
    }
    expect((await run('silence', 'add', '--help')).out).toContain('--duration');
    expect((await run('--version')).out).toMatch(/^tocsinctl, version \d/);
  });

  it.each([
    [['foo'], /expected command but got "foo"/],
    [['-o', 'xml', 'alert'], /xml/],
    [
      ['--alertmanager.url=localhost:9093', 'alert'],
      /unsupported protocol scheme "localhost"\n {2}Write it as http:\/\/localhost:9093\.\n$/,
    ],
    [['--alertmanager.url=http://[', 'alert'], /invalid URL in --alertmanager.url: the ] after/],
    [['--timeout=1x', 'alert'], /unknown unit "x"/],
    [['alert', 'query', '--nonsense'], /unknown long flag '--nonsense'/],
    [['--enable-feature=x', 'alert'], /x/],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(1);
    expect(err).toMatch(/^tocsinctl: error: /);
    expect(err).toMatch(message);
  });

  it('takes flags of all commands before and after one', async () => {
    const url = `--alertmanager.url=http://127.0.0.1:${server.port}/`;
    expect((await run('alert', 'query', url)).code).toBe(0);
    expect((await run('alert', url, 'query', '-o', 'json')).out).toBe('[]\n');
    expect((await run(url, '-v', '--no-version-check', 'config')).err).toBe(
      `GET http://127.0.0.1:${server.port}/api/v2/status\n`,
    );
  });

  it('reports what cannot be reached, and never a password', async () => {
    const { code, err } = await run('--alertmanager.url=http://user:hunter2@127.0.0.1:1', '-v', 'alert');
    expect(code).toBe(1);
    expect(err).toContain('http://127.0.0.1:1/api/v2/alerts');
    expect(err).toContain('dial tcp 127.0.0.1:1: connect: connection refused');
    expect(err).not.toContain('hunter2');
  });

  it('gives up in time', async () => {
    state.storing = () => new Promise(() => {});
    expect(await failure('--timeout=100ms', 'alert', 'add', 'x')).toMatch(/^Post ".*": context deadline exceeded$/);
  });
});
