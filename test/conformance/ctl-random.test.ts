// Random command lines, most of them nonsense, to the real amtool and to tocsinctl: the same verdict in the same words.

import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runCtl } from '../cli/run.ts';
import { inPairs } from '../support/amtool.ts';
import { realProgram, type Server, startServer } from '../support/process.ts';
import { Random } from '../support/random.ts';

const LINES = Number(process.env['CTL_LINES'] ?? 300);
const SEED = Number(process.env['CTL_SEED'] ?? 1);

/** Commands that change nothing, whatever comes behind them. */
const COMMANDS = [
  ...[['alert'], ['alert', 'query'], ['silence'], ['silence', 'query'], ['silence', 'expire'], ['cluster'], ['config']],
  ...[
    ['cluster', 'show'],
    ['config', 'show'],
    ['config', 'routes'],
    ['config', 'routes', 'show'],
  ],
  ...[['config', 'routes', 'test'], ['check-config', '/nope'], ['template'], ['template', 'render'], ['nope'], []],
];
const WORDS = [
  ...[
    '-a',
    '-s',
    '-i',
    '-u',
    '-q',
    '-v',
    '-as',
    '-sq',
    '-ox',
    '-ojson',
    '-oextended',
    '-o',
    '-rx',
    '-r',
    '-x',
    '-ar',
    '-qo',
  ],
  ...['--active', '--no-active', '--silenced', '--quiet', '--expired', '--no-expired', '--verbose', '--no-verbose'],
  ...[
    '--receiver',
    '--receiver=x',
    '--id=x',
    '--id',
    '--within=1h',
    '--within',
    '--within=x',
    '--created-by=',
    '--output=json',
  ],
  ...[
    '--output',
    '--timeout=5s',
    '--timeout',
    '--tree',
    '--verify.receivers=x',
    '--verify.receivers',
    '--config.file=/nope',
  ],
  ...[
    '--no-receiver',
    '--no-output',
    '--nope',
    '--no-nope',
    '--active=true',
    '--no-version-check',
    '--no-',
    '--=',
    '-=',
  ],
  ...[
    'x',
    'a=b',
    'query',
    'show',
    'test',
    'alert',
    'json',
    'simple',
    '1h',
    '--',
    '-',
    '',
    'a=~"("',
    '@/nope',
    '---',
    '--a b',
  ],
  ...[
    '--date.format=2006',
    '--no-tree',
    '--template.glob=x',
    '--template.text=y',
    '--template.type=z',
    '--enable-feature=z',
  ],
];

function lines(count: number): string[][] {
  const random = new Random(SEED);
  const some = (n: number): string[] => Array.from({ length: random.below(n + 1) }, () => random.pick(WORDS));
  return Array.from({ length: count }, () => {
    const command = random.pick(COMMANDS);
    // Between the words of a command too.
    const mixed = command.flatMap((word) => [...(random.chance(0.25) ? some(1) : []), word]);
    return [...mixed, ...some(4)];
  });
}

function amtool(words: readonly string[]): Promise<Ran> {
  const env = { HOME: '/nonexistent', TZ: 'UTC' };
  return new Promise((done) => {
    const child = execFile(realProgram('AMTOOL_BIN'), words, { encoding: 'utf8', env }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end();
  });
}

function comparable({ code, out, err }: Ran): Ran {
  return {
    code,
    // The help, the log, the memory's addresses and the uptime are amtool's own.
    out: /^usage:|buildUser|"uptime"/m.test(out) ? '<own>' : out.replace(/^time=\S+ level=\w+ .*\n/gm, ''),
    err: err
      .replace(/^tocsinctl: /gm, 'amtool: ')
      .replace(/^(?:Warning|Note): .*\n/gm, '')
      // Ours of what to do about it.
      .replace(/(?<=^amtool: error: .*\n) {2}[A-Z"].*\n/gm, '')
      .replace(/^(GET|DELETE) http.*\n/gm, '')
      .replace(/(?<=\(status \d+\): ).*/, '')
      // In random order.
      .replace(/(?<=required flag\(s\) ).*(?= not)/, (flags) => flags.split(', ').sort().join(', '))
      .trimEnd(),
  };
}

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: 'alertmanager', config: 'route: {receiver: x}\nreceivers: [{name: x}]\n' });
});

afterAll(() => server.kill());

describe('random command lines', () => {
  it('are taken or refused alike', async () => {
    const answers = await inPairs(lines(LINES), async (words) => {
      const line = [`--alertmanager.url=${server.url}`, ...words];
      const [theirs, ours] = await Promise.all([amtool(line), runCtl(line)]);
      return { words: words.join(' '), theirs: comparable(theirs), ours: comparable(ours) };
    });
    expect(answers.filter(({ theirs, ours }) => JSON.stringify(theirs) !== JSON.stringify(ours))).toEqual([]);
    const taken = answers.filter(({ theirs }) => theirs.code === 0).length;
    expect(Math.min(taken, LINES - taken)).toBeGreaterThan(LINES / 10);
  });
});
