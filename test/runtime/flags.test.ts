import { describe, expect, it } from 'vitest';
import { type Flags, parseFlags } from '../../src/runtime/flags.ts';
import { FLAG_GROUPS } from '../../src/runtime/flags-table.ts';

function run(...argv: string[]): Flags {
  const command = parseFlags(argv, 'version text');
  if (command.kind !== 'run') throw new Error(command.text);
  return command.flags;
}

function refuse(...argv: string[]): string {
  const command = parseFlags(argv, 'version text');
  if (command.kind !== 'print' || command.code !== 1) throw new Error('was not refused');
  const match = /^tocsin: error: ([\s\S]*), try --help\n$/.exec(command.text);
  if (match === null) throw new Error(command.text);
  return match[1]!;
}

const HOUR = 3_600_000;

describe('defaults', () => {
  it("are Alertmanager's", () => {
    expect(run()).toEqual({
      configFile: 'alertmanager.yml',
      expandEnv: false,
      include: false,
      storagePath: 'data/',
      retentionMs: 120 * HOUR,
      historyRetentionMs: 90 * 24 * HOUR,
      listenAddresses: [':9093'],
      webConfigFile: '',
      externalURL: '',
      routePrefix: '',
      getConcurrency: 0,
      webTimeoutMs: 0,
      startDelayMs: 0,
      perAlertnameLimit: 0,
      maxSilences: 0,
      maxSilenceSizeBytes: 0,
      features: new Set(),
      matcherMode: 'fallback',
      logLevel: 'info',
      logFormat: 'logfmt',
      logSilences: false,
      clusterListenAddress: '0.0.0.0:9094',
      clusterAdvertiseAddress: '',
      clusterPeerName: '',
    });
  });
});

describe('values', () => {
  it('may follow the flag or an equals sign', () => {
    expect(run('--config.file', 'a.yml', '--storage.path=b').configFile).toBe('a.yml');
    expect(run('--config.file', 'a.yml', '--storage.path=b').storagePath).toBe('b');
    expect(run('--config.file=a=b').configFile).toBe('a=b');
    expect(run('--config.file=').configFile).toBe('');
    expect(run('--cluster.listen-address', '').clusterListenAddress).toBe('');
    expect(run('--cluster.listen-address=').clusterListenAddress).toBe('');
  });

  it.each([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1w2d', 777_600_000],
    ['1d1.5h', 91_800_000],
    ['0', 0],
    ['1.5s', 1500],
  ])('%s is a duration', (text, ms) => {
    expect(run(`--data.retention=${text}`).retentionMs).toBe(ms);
  });

  it('keeps history for ever on 0, and nothing for less than no time', () => {
    expect(Date.UTC(2100, 0) - run('--history.retention=0').historyRetentionMs).toBeLessThan(0);
    expect(run('--data.retention=-5h').retentionMs).toBe(0);
  });

  it('repeats only what is repeatable', () => {
    expect(run('--web.listen-address=:1', '--web.listen-address', ':2').listenAddresses).toEqual([':1', ':2']);
    expect(run('--cluster.peer=a', '--cluster.peer', 'b')).toBeTruthy();
    expect(refuse('--config.file=a', '--config.file=b')).toBe("flag 'config.file' cannot be repeated");
    expect(refuse('--log.silences', '--no-log.silences')).toBe("flag 'log.silences' cannot be repeated");
  });

  it('has a no- form of switches alone', () => {
    expect(run('--log.silences').logSilences).toBe(true);
    expect(run('--no-log.silences').logSilences).toBe(false);
    expect(refuse('--no-config.file')).toBe("unknown long flag '--no-config.file'");
    expect(refuse('--log.silences=true')).toBe('unexpected true');
  });

  it('reads limits as Alertmanager does', () => {
    expect(run('--silences.max-silences=1e3').maxSilences).toBe(1000);
    expect(run('--silences.max-silences=1.9').maxSilences).toBe(1);
    expect(run('--silences.max-silences=-5').maxSilences).toBe(0);
  });

  it('reads the log level in any case, the format in one', () => {
    expect(run('--log.level=DEBUG').logLevel).toBe('debug');
    expect(run('--log.format=json').logFormat).toBe('json');
    expect(refuse('--log.format=JSON')).toBe('unrecognized log format JSON');
  });
});

// The words are those of the real program when it was given the same.
describe('refusals', () => {
  it.each([
    [['--foo'], "unknown long flag '--foo'"],
    [['--foo=1'], "unknown long flag '--foo'"],
    [['--config'], "unknown long flag '--config'"],
    [['--Config.File=x'], "unknown long flag '--Config.File'"],
    [['--=x'], "unknown long flag '--'"],
    [['-x'], "unknown short flag '-x'"],
    [['-hv'], "unknown short flag '-v'"],
    [['-h', '--foo'], "unknown long flag '--foo'"],
    [['extra'], 'unexpected extra'],
    [['--', 'x'], 'unexpected x'],
    [['--help', 'extra'], 'unexpected extra'],
    [['--help=foo'], 'unexpected foo'],
    [['--data.retention=1x'], 'time: unknown unit "x" in duration "1x"'],
    [['--data.retention=1y'], 'time: unknown unit "y" in duration "1y"'],
    [['--data.retention=5'], 'time: missing unit in duration "5"'],
    [['--data.retention='], 'time: invalid duration ""'],
    [['--cluster.peer-timeout='], 'time: invalid duration ""'],
    [['--data.retention'], "expected argument for flag '--data.retention'"],
    [['--dispatch.start-delay', '-5s'], "expected argument for flag '--dispatch.start-delay'"],
    [['--config.file', '--help'], "expected argument for flag '--config.file'"],
    [['--config.file', '--'], "expected argument for flag '--config.file'"],
    [['--log.level=foo'], 'unrecognized log level foo'],
    [['--log.level='], 'unrecognized log level '],
    [['--silences.max-silences=abc'], 'strconv.ParseFloat: parsing "abc": invalid syntax'],
    [['--silences.max-silences=0x10'], 'strconv.ParseFloat: parsing "0x10": invalid syntax'],
    [['--auto-gomemlimit.ratio=x'], 'strconv.ParseFloat: parsing "x": invalid syntax'],
    [['--enable-feature=foo'], "unknown option 'foo' for --enable-feature"],
    [['--enable-feature=classic-mode,'], "unknown option '' for --enable-feature"],
    [['--enable-feature=classic-mode,utf8-strict-mode'], 'cannot have both classic and UTF-8 modes enabled'],
    [['--enable-feature=a', '--enable-feature=b'], "flag 'enable-feature' cannot be repeated"],
  ])('%j', (argv, message) => {
    expect(refuse(...argv)).toBe(message);
  });
});

describe('features', () => {
  it.each([
    ['', 'fallback'],
    ['utf8-strict-mode', 'utf8'],
    ['alert-names-in-metrics,classic-mode', 'classic'],
  ])('%j means the matcher mode %s', (value, mode) => {
    expect(run(`--enable-feature=${value}`).matcherMode).toBe(mode);
  });

  it('are told apart', () => {
    expect(run('--enable-feature=receiver-name-in-metrics').features).toEqual(new Set(['receiver-name-in-metrics']));
  });
});

describe('the external URL and the prefix', () => {
  it.each([
    [[], '', ''],
    [['--web.external-url=https://host.example.org'], 'https://host.example.org', ''],
    [['--web.external-url=https://host.example.org/'], 'https://host.example.org', ''],
    [['--web.external-url=http://host.example.org/am//'], 'http://host.example.org/am', '/am'],
    [['--web.external-url=http://h/am', '--web.route-prefix=/'], 'http://h/am', ''],
    [['--web.external-url=http://h/am', '--web.route-prefix=x/y/'], 'http://h/am', '/x/y'],
    [['--web.route-prefix=/x'], '', '/x'],
  ])('%j', (argv, externalURL, routePrefix) => {
    expect(run(...argv)).toMatchObject({ externalURL, routePrefix });
  });

  it.each(['host.example.org:8080', '://broken', 'ftp://host', ':', 'http:/host'])('refuses %s', (value) => {
    expect(refuse(`--web.external-url=${value}`)).toContain('--web.external-url');
  });
});

describe('printing', () => {
  it('shows the version as soon as it is asked for', () => {
    expect(parseFlags(['--version', '--foo'], 'v1\n')).toEqual({ kind: 'print', text: 'v1\n', code: 0 });
    expect(parseFlags(['--no-version'], 'v1\n')).toMatchObject({ code: 0 });
    expect(parseFlags(['--help', '--version'], 'v1\n')).toMatchObject({ text: 'v1\n' });
  });

  it.each([['-h'], ['--help'], ['--no-help']])('shows every flag for %s', (flag) => {
    const command = parseFlags([flag], '');
    if (command.kind !== 'print') throw new Error('it ran');
    expect(command.code).toBe(0);
    for (const { name } of FLAG_GROUPS.flatMap((group) => group.flags)) expect(command.text).toContain(name);
    expect(Math.max(...command.text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});
