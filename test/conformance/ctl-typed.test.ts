// Random command lines whose flags belong to their commands, with values that are right, odd or wrong, in any place and
// any spelling, and configuration files besides: what a script reads of amtool and of tocsinctl is the same.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ran, runCtl } from '../cli/run.ts';
import { inPairs } from '../support/amtool.ts';
import { realProgram, scratch } from '../support/process.ts';
import { Random } from '../support/random.ts';
import { openWorld, type World } from './ctl-world.ts';

const LINES = Number(process.env['CTL_LINES'] ?? 300);
const random = new Random(Number(process.env['CTL_SEED'] ?? 1));

/** Nobody listens there: what would change something fails when it gets so far. */
const NOWHERE = '--alertmanager.url=http://127.0.0.1:1';

const SPANS = [
  '1h',
  '1h30m',
  '2d',
  '1d12h',
  '0s',
  '0',
  '-1h',
  '1.5h',
  '.5h',
  '1h30',
  '',
  'x',
  '1ns',
  '1w2d',
  '1m1h',
  '1e3s',
];
const TIMES = [
  ...['2030-01-01T00:00:00Z', '2040-01-01T00:00:00+02:00', '2020-01-01T00:00:00.5Z', '2030-01-01', 'now', ''],
  ...['2030-02-30T00:00:00Z', '2030-01-01t00:00:00z', '2030-01-01T24:00:00Z', '2030-01-01T00:00:00-24:00'],
  ...['2030-01-01T00:00:00,5Z', '9999-12-31T23:59:59Z', '10000-01-01T00:00:00Z', '2030-1-1T00:00:00Z'],
];
const MATCHERS = [
  ...['DiskFull', 'instance=a', 'instance!=a', 'instance=~a|b', 'severity="critical"', 'alertname=~"D.*"', 'größe=1'],
  ...[
    '"größe"="10 → 20"',
    '{instance="a"}',
    '{a=b,c=d}',
    'Über',
    'Two Words',
    '',
    '=',
    'a==b',
    'a=~',
    'a=~"("',
    '{',
    '}',
  ],
  ...[
    '{}',
    'a="b',
    'a="b"c',
    'a=b,c=d',
    '"a"',
    '"a"=b',
    'a="\\n"',
    'a=\\n',
    'a="\\x"',
    ' a = b ',
    'a=b c',
    'a!b',
    '!a=b',
  ],
  ...[
    'a.b=c',
    '1a=b',
    '日=本',
    '"😀"="x"',
    'a=~.*',
    'a=~(?i)x',
    'a=b\nc=d',
    "a='b'",
    'a=`b`',
    '{a="{b}"}',
    '\u00a0a=b',
    '--',
  ],
];
const TEXTS = ['x', 'me', 'pager', 'db.*', '', '(', 'größe', 'a b', '-x', '@x', '^team$'];
const FILES = ['$DIR/good.yml', '$DIR/one.tmpl', '$DIR', '/nope', '', '$DIR/good.yml/x'];

type Flag = readonly [name: string, short: string, values?: readonly string[]];
interface Command {
  readonly path: readonly string[];
  readonly flags: readonly Flag[];
  readonly words: readonly string[];
  readonly changes?: boolean;
}

const ALL: readonly Flag[] = [
  ['output', 'o', ['simple', 'extended', 'json', 'xml', '']],
  [
    'date.format',
    '',
    ['2006', '', 'x', 'Mon Jan _2 15:04:05 2006', '2006-01-02T15:04:05.000Z07:00', '002 __2', 'Z0700 -07'],
  ],
  ['timeout', '', ['20s', '1d', '5', '', 'x']],
  ['verbose', 'v'],
  ['version-check', ''],
  ['enable-feature', '', ['', 'classic-mode', 'utf8-strict-mode', 'x', ',', 'classic-mode,utf8-strict-mode']],
  ['http.config.file', '', ['$DIR/http.yml', '$DIR', '/nope']],
];
const ALERT_FLAGS: readonly Flag[] = [
  ['inhibited', 'i'],
  ['silenced', 's'],
  ['active', 'a'],
  ['unprocessed', 'u'],
  ['receiver', 'r', TEXTS],
];
const SILENCE_FLAGS: readonly Flag[] = [
  ['expired', ''],
  ['quiet', 'q'],
  ['created-by', '', TEXTS],
  ['id', '', ['$ID', 'x', '']],
  ['within', '', SPANS],
];
const ROUTES: Flag = ['config.file', '', FILES.filter((file) => !file.endsWith('tmpl'))];
const SPAN_FLAGS: readonly Flag[] = [
  ['duration', 'd', SPANS],
  ['start', '', TIMES],
  ['end', '', TIMES],
  ['comment', 'c', ['why', 'why', '']],
];
const COMMANDS: readonly Command[] = [
  { path: ['alert'], flags: ALERT_FLAGS, words: MATCHERS },
  { path: ['alert', 'query'], flags: ALERT_FLAGS, words: MATCHERS },
  { path: ['silence'], flags: SILENCE_FLAGS, words: MATCHERS },
  { path: ['silence', 'query'], flags: SILENCE_FLAGS, words: MATCHERS },
  {
    path: ['alert', 'add'],
    flags: [
      ['start', '', TIMES],
      ['end', '', TIMES],
      ['annotation', '', MATCHERS],
      ['generator-url', '', ['http://x', 'x', '%zz']],
    ],
    words: MATCHERS,
    changes: true,
  },
  {
    path: ['silence', 'add'],
    flags: [...SPAN_FLAGS, ['author', 'a', TEXTS], ['require-comment', ''], ['annotation', '', MATCHERS]],
    words: MATCHERS,
    changes: true,
  },
  {
    path: ['silence', 'update'],
    flags: [...SPAN_FLAGS, ['quiet', 'q']],
    words: ['$ID', 'x', 'a/b', '?'],
    changes: true,
  },
  { path: ['silence', 'expire'], flags: [], words: ['$ID', 'a/b c', "$&+=:@,;'()*!%?", ''], changes: true },
  { path: ['config', 'routes'], flags: [ROUTES], words: [] },
  {
    path: ['config', 'routes', 'test'],
    flags: [ROUTES, ['tree', ''], ['verify.receivers', '', ['team', 'pager', 'pager,db-and-web', '']]],
    words: ['severity=critical', 'owner=db', 'sub=x', ...MATCHERS],
  },
  {
    path: ['template', 'render'],
    flags: [
      ['template.glob', '', ['$DIR/*.tmpl', '/nope', '', '$DIR/o?e.tmpl']],
      [
        'template.text',
        '',
        ['x', '', '{{ .Status }}', '{{ template "one" . }}', '{{ len .Alerts }}', '日{{"ä" | toUpper}}'],
      ],
      ['template.type', '', ['html', 'text', 'x']],
      ['template.data', '', ['$DIR/data.json', '/nope']],
    ],
    words: [],
  },
  { path: ['cluster', 'show'], flags: [], words: [] },
];
const ODD = [
  '--',
  '-',
  '--nope',
  '-x',
  '@$DIR/args',
  '@/nope',
  '@',
  '@$DIR',
  '---',
  '--=',
  '--no-',
  '-ü',
  'query',
  '-vv',
];

/** Files with defaults, by the name of the home that has them. */
const HOMES: Readonly<Record<string, string>> = {
  anchors: 'author: &o json\noutput: *o\n',
  documents: '---\noutput: json\n---\noutput: simple\n',
  keys: '1: 2\ntrue: x\noutput: json\n"date.format": "2006"\n',
  numbers: 'worker: 0x3\nwithin: 1:30\nstart: 2030-01-01T00:00:00Z\n',
  booleans: 'quiet: y\nsilenced: "true"\ntree: T\n',
  marks: '\ufeffoutput:\tjson\r\n',
  blocks: 'comment: |\n  some\n  text\nduration: 3h\n',
  foreign: 'query: x\nmatcher-groups: a=b\nhelp: false\n',
};

function spelt([name, short, values]: Flag): string[] {
  if (values === undefined) {
    const long = random.chance(0.4) ? `--no-${name}` : `--${name}`;
    return [short !== '' && random.chance(0.5) ? `-${short}` : random.chance(0.05) ? `${long}=true` : long];
  }
  const value = random.pick(values);
  if (short !== '' && random.chance(0.4)) return random.chance(0.5) ? [`-${short}`, value] : [`-${short}${value}`];
  return random.chance(0.5) ? [`--${name}=${value}`] : random.chance(0.95) ? [`--${name}`, value] : [`--${name}`];
}

function line(): { readonly words: readonly string[]; readonly changes: boolean } {
  const { path, flags, words, changes = false } = random.pick(COMMANDS);
  const parts = Array.from({ length: flags.length === 0 ? 0 : random.below(4) }, () => spelt(random.pick(flags)));
  if (path[0] === 'template') parts.push(...flags.slice(0, 2).map(spelt));
  if (random.chance(0.4)) parts.push(spelt(random.pick(ALL)));
  if (words.length > 0) for (let i = random.below(3); i > 0; i--) parts.push([random.pick(words)]);
  if (random.chance(0.1)) parts.push([random.pick(ODD)]);
  for (let i = parts.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [parts[i], parts[j]] = [parts[j]!, parts[i]!];
  }
  const all = path.flatMap((word) => [...(random.chance(0.06) ? (parts.pop() ?? []) : []), word]);
  return { words: [...all, ...parts.flat()], changes };
}

function amtool(words: readonly string[], home: string): Promise<Ran> {
  const env = { HOME: home, USER: process.env['USER'] ?? '', TZ: 'UTC' };
  return new Promise((done) => {
    const child = execFile(realProgram('AMTOOL_BIN'), words, { encoding: 'utf8', env }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end();
  });
}

/** The problems of a configuration and of a template's data are in our own words. */
const OWN_WORDS =
  /yaml: |\.yml:\d+:\d+: |bad matcher format: größe=|is a directory|not a directory|could not load config file/;

function comparable({ code, out, err }: Ran): Ran {
  const said = err
    .replace(/^tocsinctl: /gm, 'amtool: ')
    .replace(/^Warning: .*\n/gm, '')
    .replace(/^(GET|DELETE|POST) http.*\n/gm, '')
    .replace(/(?<=required flag\(s\) ).*(?= not)/, (flags) => flags.split(', ').sort().join(', '))
    .trimEnd();
  return {
    code,
    out: out.replace(/^time=\S+ level=\w+ .*\n/gm, ''),
    err: code === 1 && OWN_WORDS.test(said) ? '<own>' : said,
  };
}

let world: World;
const homes = scratch();

beforeAll(async () => {
  world = await openWorld('alertmanager');
  for (const [home, text] of Object.entries(HOMES)) {
    for (const path of ['amtool/config.yml', 'prometheus/amtool.yml']) {
      const file = join(homes, home, '.config', path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
    }
  }
});

afterAll(() => world.server.kill());

it('random command lines with flags of their own say the same to a script', async () => {
  const names = Object.keys(HOMES);
  const lines = Array.from({ length: LINES }, () => ({
    ...line(),
    home: random.chance(0.2) ? random.pick(names) : 'nobody',
  }));
  const answers = await inPairs(lines, async ({ words, changes, home }) => {
    const url = changes ? NOWHERE : `--alertmanager.url=${world.server.url}`;
    const given = words.map((word) => word.replaceAll('$DIR', world.dir).replaceAll('$ID', world.id));
    const [theirs, ours] = await Promise.all([
      amtool([url, ...given], join(homes, home)),
      runCtl([url, ...given], [join(homes, home, '.config/amtool/config.yml')], { forScripts: true }),
    ]);
    return { words, home, theirs: comparable(theirs), ours: comparable(ours) };
  });
  expect(answers.filter(({ theirs, ours }) => JSON.stringify(theirs) !== JSON.stringify(ours))).toEqual([]);
  expect(answers.filter(({ theirs }) => theirs.code === 0).length).toBeGreaterThan(LINES / 6);
});
