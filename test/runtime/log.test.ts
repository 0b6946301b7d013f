import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { type LogFormat, type Logger, type LogLevel, newLogger } from '../../src/runtime/log.ts';

function recorder(format: LogFormat, level: LogLevel = 'info'): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  return { log: newLogger({ level, format, write: (line) => lines.push(line) }), lines };
}

const TIME = /^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

function logfmt(message: string, fields?: Record<string, unknown>): string {
  const { log, lines } = recorder('logfmt');
  log.info(message, fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(TIME);
  return lines[0]!.replace(TIME, '');
}

describe('logfmt', () => {
  it('is written as Prometheus programs write it', () => {
    expect(logfmt('Listening on', { address: '127.0.0.1:9093', http2: false })).toBe(
      'level=INFO msg="Listening on" address=127.0.0.1:9093 http2=false\n',
    );
  });

  it.each([
    ['plain', 'v=plain'],
    ['', 'v=""'],
    ['two words', 'v="two words"'],
    ['a=b', 'v="a=b"'],
    ['say "hi"', 'v="say \\"hi\\""'],
    ['line\nbreak', 'v="line\\nbreak"'],
    ['back\\slash', 'v=back\\slash'],
    ['back\\slash é', 'v="back\\\\slash é"'],
    ['größe', 'v=größe'],
    ['größe\\', 'v=größe\\'],
    ['no\u00a0break', 'v="no\\u00a0break"'],
    ['zero\u200bwidth', 'v="zero\\u200bwidth"'],
    ['\u0007', 'v="\\a"'],
    [3, 'v=3'],
    [true, 'v=true'],
    [null, 'v=<nil>'],
    [['a', 'b'], 'v="[\\"a\\",\\"b\\"]"'],
    [new Error('went wrong'), 'v="went wrong"'],
  ])('writes %j', (value, expected) => {
    expect(logfmt('m', { v: value })).toBe(`level=INFO msg=m ${expected}\n`);
  });

  it('writes the big integers that JSON cannot', () => {
    expect(logfmt('m', { v: 10n })).toBe('level=INFO msg=m v=10\n');
  });

  it('leaves out what is not defined', () => {
    expect(logfmt('m', { v: undefined })).toBe('level=INFO msg=m\n');
  });

  it('is always one line', () => {
    expect(logfmt('a\nb', { 'k\ney': '\r\n' })).toBe('level=INFO msg="a\\nb" "k\\ney"="\\r\\n"\n');
  });

  it('lets no field pass for the time, the level or the message', () => {
    expect(logfmt('m', { level: 'x', msg: 'y', fields: 'z' })).toBe('level=INFO msg=m level=x msg=y fields=z\n');
  });
});

describe('json', () => {
  it("has slog's names in slog's order", () => {
    const { log, lines } = recorder('json');
    log.error('it "failed"', { err: new Error('why'), attempt: 2 });
    expect(Object.keys(JSON.parse(lines[0]!))).toEqual(['time', 'level', 'msg', 'err', 'attempt']);
    expect(lines[0]).toMatch(
      /^\{"time":"[-0-9T:.]+Z","level":"ERROR","msg":"it \\"failed\\"","err":"why","attempt":2\}\n$/,
    );
  });
});

describe('secrets', () => {
  it.each(['logfmt', 'json'] as const)('are masked in %s', (format) => {
    const { log, lines } = recorder(format);
    const secret = new Secret('hunter2');
    log.info(`to https://user:hunter2@host/x`, {
      secret,
      nested: { list: [secret] },
      url: 'https://user:hunter2@host/x',
      urls: ['http://:hunter2@host'],
      err: new Error('Post "https://u:hunter2@host": refused'),
    });
    expect(lines[0]).not.toContain('hunter2');
    expect(lines[0]!.match(/<secret>/g)).toHaveLength(6);
    expect(lines[0]).toContain('https://user:<secret>@host/x');
  });

  it('leaves harmless addresses alone', () => {
    expect(logfmt('m', { u: 'http://host:80/a@b:c@d' })).toBe('level=INFO msg=m u=http://host:80/a@b:c@d\n');
  });
});

describe('levels', () => {
  it('write what is as severe or more', () => {
    const { log, lines } = recorder('logfmt', 'warn');
    log.debug('1');
    log.info('2');
    log.warn('3');
    log.error('4');
    expect(lines.map((line) => / msg=(.)/.exec(line)?.[1])).toEqual(['3', '4']);
  });

  it('change while it runs', () => {
    const { log, lines } = recorder('logfmt', 'error');
    log.debug('1');
    log.level = 'debug';
    log.debug('2');
    expect(log.level).toBe('debug');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('level=DEBUG msg=2');
  });
});
