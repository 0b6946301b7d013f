// What an operator is told when something is wrong: the words that scripts look for, a line that says what to do, and
// never a stack trace.

import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROGRAM } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { parseCommandLine } from '../../src/cli/parse.ts';
import type { CommandSpec } from '../../src/cli/spec.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink, type SinkAnswer, type SinkTls } from '../support/http-sink.ts';
import { runCtl } from './run.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  vi.unstubAllEnvs();
});

async function sink(answer: SinkAnswer, tls?: SinkTls): Promise<HttpSink> {
  const started = await HttpSink.start(answer, tls);
  open.push(started);
  return started;
}

const COMMANDS = [
  ['alert'],
  ['alert', '-o', 'json'],
  ['silence'],
  ['silence', '-q'],
  ['silence', 'add', 'a=b', '-c', 'x'],
  ['silence', 'update', '-d', '1h', 'x'],
  ['config'],
  ['config', '-o', 'extended'],
  ['config', 'routes'],
  ['cluster'],
  ['receivers', 'test', 'x'],
];

describe.each([
  '',
  'null',
  '1',
  '[]',
  '{}',
  '[1]',
  '[null]',
  '[{}]',
  '{"status":"success","data":[]}',
  '{"config":null}',
])('a server that answers %j', (body) => {
  it.each(COMMANDS)('is taken for what it is by %s %s %s', async (...words) => {
    const url = (await sink({ body })).url();
    const { code, err } = await runCtl([`--alertmanager.url=${url}`, ...words]);
    expect(err).not.toMatch(/TypeError|undefined|mistake in|\n\s+at /);
    if (code !== 0) expect(err).toMatch(/is it an Alertmanager\?\n {2}Look at --alertmanager\.url|WARNING|route/);
    else expect(body).toMatch(/^(?:|null|\[\])$/);
  });
});

describe('what is said of a refusal', () => {
  const page =
    '<html>\r\n<head><title>401</title></head><body><h1>Sign\n in</h1><script>let x = 1;</script></body></html>';
  it.each([
    [
      { status: 401, body: page },
      /getAlerts \(status 401\): 401 Sign in\n {2}The server wants to know who asks: .*--http\.config\.file/,
    ],
    [{ status: 403, body: 'denied' }, /\(status 403\): denied\n {2}.*does not allow it/],
    [
      { status: 404, body: 'nope' },
      /\(status 404\): nope\n {2}There is no Alertmanager's API at http:\/\/127\.0\.0\.1:\d+\/: with --web\.route-prefix/,
    ],
    [{ status: 502, body: page }, /\(status 502\): 401 Sign in\n {2}That is what a proxy says whose server is down/],
    [
      { status: 302, headers: { location: 'ftp://x/login' } },
      /\(status 302\): \{\}\n {2}.*to ftp:\/\/x\/login: is that a login page\?/,
    ],
    [{ body: page }, /answers something that is no JSON: .*\n {2}It begins with "401 Sign in"\. Is that a login page/],
    [{ status: 400, body: '"bad matcher"' }, /getAlertsBadRequest "bad matcher"\n$/],
    [{ reset: true }, /\n {2}The connection was closed in the middle: .*wants https:/],
  ] as const)('%j', async (answer, message) => {
    const url = (await sink(answer)).url();
    const { code, err } = await runCtl([`--alertmanager.url=${url.replace('//', '//me:hush@')}`, 'alert']);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toContain('hush');
  });

  it('of a server that cannot test receivers', async () => {
    const url = (await sink({ status: 404, body: '404 page not found' })).url();
    expect((await runCtl([`--alertmanager.url=${url}`, 'receivers', 'test', 'x'])).err).toMatch(
      /\n {2}A Tocsin can do that; an Alertmanager cannot\.\n$/,
    );
  });
});

describe('what is said of a connection', () => {
  const said = async (url: string, ...words: string[]): Promise<string> => {
    const { code, err } = await runCtl([`--alertmanager.url=${url}`, ...words, 'alert']);
    expect(code).toBe(1);
    return err;
  };

  it('that nobody takes', async () => {
    expect(await said('http://127.0.0.1:1')).toMatch(
      /dial tcp 127\.0\.0\.1:1: connect: connection refused\n {2}Nothing listens there: /,
    );
    vi.stubEnv('HTTP_PROXY', 'http://user:hush@127.0.0.1:1');
    vi.stubEnv('NO_PROXY', '');
    const err = await said('http://alerts.example:9093');
    expect(err).toMatch(
      /\n {2}The environment has a proxy for it: 127\.0\.0\.1:1 in HTTP_PROXY\. NO_PROXY=alerts\.example goes without/,
    );
    expect(err).not.toContain('hush');
  });

  it('that takes too long', async () => {
    const url = (await sink({ afterMs: 5_000 })).url();
    expect(await said(url, '--timeout=100ms')).toMatch(
      /context deadline exceeded\n {2}No answer within 100ms: .*--timeout=2m/,
    );
  });

  it('to what is no HTTP server', async () => {
    const server: Server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n')).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    open.push(server);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect(await said(`http://127.0.0.1:${port}`)).toMatch(
      /malformed HTTP response .*\n {2}What listens at 127\.0\.0\.1:\d+ is no HTTP server/,
    );
  });

  it('by TLS', async () => {
    const authority = new Authority();
    open.push({ close: () => authority.remove() });
    const secure = await sink({ body: '[]' }, authority.issue('DNS:localhost'));
    expect(await said(secure.url())).toMatch(
      /x509: certificate signed by unknown authority.*\n {2}Name the authority .*ca_file/,
    );
    const plain = await sink({ body: '[]' });
    expect(await said(plain.url().replace('http', 'https'))).toMatch(
      /http: server gave HTTP response to HTTPS client\n {2}The server speaks plain HTTP: write http:/,
    );
  });

  it.each([
    ['alerts:9093', '  Write it as http://alerts:9093.\n'],
    ['127.0.0.1:9093', '  Write it as http://127.0.0.1:9093.\n'],
    ['ftp://me:hush@alerts/x', '  Write it as http://user:password@alerts/x.\n'],
    ['http://127.0.0.1:99999', ': invalid host or port\n  Look at --alertmanager.url.\n'],
  ])('to %s', async (url, end) => {
    const err = await said(url);
    expect(err.endsWith(end)).toBe(true);
    expect(err).not.toContain('hush');
  });
});

describe('what is said of a command line', () => {
  it.each([
    ['alret', 'Did you mean "alert"?'],
    ['silnce add', 'Did you mean "silence"?'],
    ['silence ad a=b -c x', 'Did you mean the command "silence add"?'],
    ['check-conf x', 'Did you mean "check-config"?'],
    ['config route', 'Did you mean "config routes"?'],
    ['xyzzy', '"tocsinctl --help" lists the commands.'],
    ['--alertmanger.url=x alert', 'Did you mean --alertmanager.url?'],
    ['silence add --coment=x a=b', 'Did you mean --comment?'],
    ['alert --no-silence', 'Did you mean --silenced?'],
    ['alert --sil', 'Did you mean --silenced?'],
    ['alert -o yaml', 'It is the value of --output.'],
    ['backup', 'As in "backup '],
    ['receivers test', 'As in "receivers test team-db".'],
    ['receivers test x --label=a', 'Write it as name=value, '],
    ['--alertmanager.url=alerts alert', '"alerts" is taken for a path. Write it as http://alerts.'],
    ['alert --comment=x', 'It is a flag of "silence add", "silence update".'],
    ['alert add -d 1h x', 'It is a flag of "silence add", "silence update".'],
    ['silence query -z', '"tocsinctl silence query --help" lists the flags.'],
    ['silence add -c', 'As in -c VALUE.'],
    ['receivers', 'Choose "receivers test".'],
    ['silence add -c x', 'Say what it silences, as in "silence add DiskFull instance=a".'],
    ['silence add a=b', "Say why: --comment='new disk ordered'."],
    ['silence add a=b -c x -d 1hour', 'Write it as 30m, 2h, 1h30m, 1d or 2w.'],
    ['alert --timeout=x', 'Write it as 10s, 5m or 1h30m.'],
    ['alert add x --start=tomorrow', 'Write it as 2006-01-02T15:04:05Z or '],
    ['silence expire', '"silence query -q" prints them.'],
  ])('%s', async (line, hint) => {
    const { code, out, err } = await runCtl(line.split(' '));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^tocsinctl: error: .*\n {2}.*\n$/);
    expect(err.split('\n')[1]!.trim().startsWith(hint)).toBe(true);
  });
});

describe('what is taken for something else', () => {
  const note = async (...words: string[]): Promise<string> => {
    const url = (await sink({ body: '[]' })).url();
    return (await runCtl([`--alertmanager.url=${url}`, ...words])).err;
  };

  it('is told', async () => {
    expect(await note('silence', 'exprie', 'a=b')).toBe(
      'Note: this is "silence query". Did you mean "silence expire"?\n',
    );
    expect(await note('alert', 'query', 'instance=~(')).toMatch(
      /^Note: "instance=~\(" is no matcher, so it is taken for an alertname: error parsing regexp: missing closing \)/,
    );
  });

  it('is not where it is as usual, nor to a script', async () => {
    expect(await note('silence', 'query', 'exprie')).toBe('');
    expect(await note('alert', 'DiskFull')).toBe('');
    const said: string[] = [];
    const terminal = { out: () => {}, err: (text: string) => void said.push(text), forScripts: true };
    const url = (await sink({ body: '[]' })).url();
    for (const words of [
      ['silence', 'exprie'],
      ['alert', 'query', 'a=~('],
    ])
      expect(await main([`--alertmanager.url=${url}`, ...words], { terminal, configFiles: [] })).toBe(0);
    expect(said).toEqual([]);
  });
});

describe('every command', () => {
  const paths = (commands: readonly CommandSpec[], before: readonly string[]): string[][] =>
    commands.flatMap(({ name, commands: below }) => [[...before, name], ...paths(below, [...before, name])]);

  it.each([[], ...paths(PROGRAM.commands, [])].map((path) => [path.join(' '), path] as const))(
    'has help with examples that can be read: %s',
    async (_, path) => {
      const { code, out } = await runCtl([...(path[0] === 'help' ? ['help'] : path), '--help']);
      expect(code).toBe(0);
      const examples = out.split('\nExamples:\n')[1]!.split('\n\n')[0]!.split('\n');
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(example).toMatch(/^ {2}tocsinctl /);
        const words = [...example.replace(/ (?:<|>>?|\$\().*/, '').matchAll(/(?:[^\s']|'[^']*')+/g)].slice(1);
        const { error } = parseCommandLine(
          PROGRAM,
          words.map(([word]) => word.replaceAll("'", '')),
          { expand: () => [] },
        );
        expect(error).toBeUndefined();
      }
    },
  );

  it('fails in a line, whatever it is given', async () => {
    const words = [
      '-',
      '--',
      '@',
      '@/',
      '\u0000',
      '\ud800',
      '=',
      '==',
      '{',
      '}',
      '{}',
      '"',
      "a='",
      '--=',
      '-=',
      '--no-',
      'a=~(',
      'x'.repeat(9_999),
      '-o',
      '-1',
      '--timeout=0s',
      '--timeout=1ns',
      '--timeout',
      '9e99h',
      '--date.format',
      '%',
      '/',
      '.',
      '..',
      '/dev/null',
      '--config.file',
      '--storage.path=/dev/null/x',
      '--template.glob=**',
      '--template.text={{',
      '__proto__',
      'constructor',
      'constructor=x',
      '--constructor',
      '--toString=x',
    ];
    const commands = paths(PROGRAM.commands, []).filter(([first]) => first !== 'watch' && first !== 'check-config');
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >> 8) % below;
    };
    for (let i = 0; i < 1_500; i++) {
      const line = [...commands[random(commands.length)]!];
      for (let k = 0; k <= random(4); k++) line.splice(random(line.length + 1), 0, words[random(words.length)]!);
      // What reads standard input, or would write.
      if (line.some((word) => ['backup', 'restore', 'import', 'convert'].includes(word))) continue;
      const { err } = await runCtl(['--alertmanager.url=http://127.0.0.1:1', ...line]);
      expect(err, JSON.stringify(line)).not.toMatch(/mistake in|TypeError|\n\s+at /);
    }
  });
});
