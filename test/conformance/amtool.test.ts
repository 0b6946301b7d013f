// The real amtool, typed at the real Alertmanager and at Tocsin: the same words, the same answers, the same exit codes.

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realProgram, type Server, scratch, startServer } from '../support/process.ts';
import { isRecord, sleep, subject } from './harness.ts';
import { Alike, differences } from './harness-compare.ts';
import { VERBOSE } from './harness-script.ts';

const CONFIG = `global:
  smtp_smarthost: mail.example:25
  smtp_from: alerts@example.org
  smtp_auth_password: hidden
  resolve_timeout: 7m
route:
  receiver: team
  group_by: [alertname]
  group_wait: 1h
  routes:
  - matchers: [severity="critical"]
    receiver: pager
    continue: true
  - match_re:
      owner: db|web
    receiver: db-and-web
receivers:
- name: team
  email_configs:
  - to: team@example.org
- name: pager
  pagerduty_configs:
  - service_key: 0123456789abcdef
- name: db-and-web
  webhook_configs:
  - url: http://user:secret@127.0.0.1:9/hook
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="info"]
  equal: [instance]
`;

/** Lines of a shell. `as` keeps what it printed as `$NAME` for the lines after it. */
interface Line {
  readonly run: string;
  readonly as?: string;
}

const past = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const future = (minutes: number): string => past(-minutes);

const LINES: readonly Line[] = [
  { run: 'amtool cluster show' },
  { run: 'amtool alert' },
  { run: 'amtool silence query' },
  { run: 'amtool -o json alert query' },
  { run: 'amtool -o json silence query' },
  { run: 'amtool -o extended alert query' },

  {
    run: `amtool alert add DiskFull instance=a severity=critical --start=${past(50)} --annotation=summary="the disk is full"`,
  },
  {
    run: `amtool alert add alertname=DiskFull instance=b severity=info --start=${past(40)} --generator-url=http://prometheus.example/graph`,
  },
  {
    run: `amtool alert add Slow instance=a severity=info owner=db --start=${past(30)} --annotation=summary=slow --annotation='runbook=http://books.example/?a=b&c=d'`,
  },
  { run: `amtool alert add Slow instance=c severity=warning owner=web --start=${past(20)} --end=${future(60)}` },
  { run: `amtool alert add 'alertname="Über"' '"größe"="10 → 20"' instance=c --start=${past(10)}` },
  { run: `amtool alert add Over instance=d --start=${past(20)} --end=${past(5)}` },
  { run: 'amtool alert add' },
  { run: 'amtool alert add novalue=' },
  { run: `amtool alert add Wrong --start=${future(10)} --end=${future(5)}` },
  { run: 'amtool alert add Wrong --start=yesterday' },

  { run: 'amtool alert' },
  { run: 'amtool alert query' },
  { run: 'amtool -o extended alert query' },
  { run: 'amtool -o json alert query' },
  { run: 'amtool alert query DiskFull' },
  { run: 'amtool alert query alertname=DiskFull instance=b' },
  { run: 'amtool alert query \'instance=~"a|b"\'' },
  { run: 'amtool alert query \'instance!="a"\' \'severity!~"crit.*"\'' },
  { run: 'amtool alert query \'"größe"="10 → 20"\'' },
  { run: 'amtool alert query \'{instance="a",severity="info"}\'' },
  { run: 'amtool alert query \'instance=~"("\'' },
  { run: 'amtool alert query nothing=here' },
  { run: 'amtool alert query --receiver=pager' },
  { run: "amtool alert query --receiver='db.*'" },
  { run: 'amtool alert query --inhibited' },
  { run: 'amtool alert query --active' },
  { run: 'amtool -o json alert query --inhibited' },
  { run: 'amtool alert query --silenced' },
  { run: 'amtool alert query --unprocessed' },

  { run: `amtool silence add instance=c --author=me --comment='moving c' --end=${future(90)}`, as: 'ONE' },
  {
    run: `amtool silence add 'alertname=~"Disk.*"' instance=b --author=you --comment='disk work' --end=${future(200)} --annotation=ticket=42`,
    as: 'TWO',
  },
  {
    run: `amtool silence add owner=db --author=me --comment='for later' --start=${future(30)} --end=${future(300)}`,
    as: 'LATER',
  },
  { run: 'amtool silence add Slow --duration=1d --author=me --comment=whole', as: 'DAY' },
  { run: 'amtool silence add instance=z --author=me' },
  { run: 'amtool silence add --author=me --comment=everything' },
  { run: 'amtool silence add \'a=~".*"\' --author=me --comment=everything' },
  { run: 'amtool silence add a=b --author=me --comment=x --duration=nonsense' },
  { run: `amtool silence add a=b --author=me --comment=x --end=${past(5)}` },
  { run: `amtool silence add a=b --author=me --comment=x --start=${future(20)} --end=${future(10)}` },

  { run: 'amtool silence' },
  { run: 'amtool silence query' },
  { run: 'amtool -o extended silence query' },
  { run: 'amtool -o json silence query' },
  { run: 'amtool silence query -q' },
  { run: 'amtool silence query instance=b' },
  { run: 'amtool silence query \'instance=~"b|c"\'' },
  { run: 'amtool silence query --created-by=me' },
  { run: 'amtool silence query --within=2h' },
  { run: 'amtool silence query --id=$TWO' },
  { run: 'amtool silence query --id=00000000-0000-4000-8000-000000000000' },
  { run: 'amtool silence query --expired' },
  { run: 'amtool alert query' },
  { run: 'amtool alert query --silenced' },
  { run: 'amtool -o json alert query --silenced' },

  { run: 'amtool silence update --duration=3h $ONE' },
  { run: `amtool silence update --comment='disk work, longer' --end=${future(400)} $TWO` },
  { run: 'amtool -o extended silence update --duration=5h $LATER' },
  { run: 'amtool -o json silence query --id=$LATER' },
  { run: 'amtool silence update -d 2h -q $DAY' },
  { run: 'amtool silence update --duration=3h not-an-id' },
  { run: 'amtool silence update --duration=3h 00000000-0000-4000-8000-000000000000' },
  { run: 'amtool -o json silence query' },

  { run: 'amtool silence expire $LATER' },
  { run: 'amtool silence expire $LATER' },
  { run: 'amtool silence expire 00000000-0000-4000-8000-000000000000' },
  { run: 'amtool silence expire not-an-id' },
  { run: 'amtool silence expire' },
  { run: 'amtool silence query --expired' },
  {
    run: 'amtool -o json silence query instance=b > keep.json; amtool silence expire $(amtool silence query -q instance=b); amtool silence query -q instance=b',
  },
  { run: 'amtool silence import --worker=1 keep.json' },
  { run: 'amtool silence import --force --worker=1 keep.json' },
  { run: 'amtool silence import --force --worker=1 < keep.json' },
  { run: 'amtool silence query -q instance=b | wc -l' },
  { run: 'echo "[{\\"comment\\": \\"no matchers\\"}]" | amtool silence import --worker=1' },
  { run: 'echo nonsense | amtool silence import' },
  { run: 'amtool silence expire $(amtool silence query -q); amtool silence query' },
  { run: 'amtool alert query' },

  { run: 'amtool config show' },
  { run: 'amtool -o extended config show' },
  { run: 'amtool -o json config show' },
  { run: 'amtool config' },
  { run: 'amtool config routes' },
  { run: 'amtool config routes show' },
  { run: 'amtool config routes test severity=critical owner=db' },
  { run: 'amtool config routes test owner=nobody' },
  { run: 'amtool config routes test --tree severity=critical owner=web' },
  { run: 'amtool config routes test --verify.receivers=pager severity=critical' },
  { run: 'amtool config routes test --verify.receivers=team severity=critical' },
  { run: 'amtool -v alert query DiskFull' },
];

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

class Desk {
  readonly server: Server;
  readonly alike: Alike;
  readonly #dir = scratch();
  readonly #kept: Record<string, string> = {};

  constructor(server: Server) {
    this.server = server;
    this.alike = new Alike([
      [`127.0.0.1:${server.port}`, 'HOST'],
      [server.dir, 'DIR'],
      [this.#dir, 'HOME'],
    ]);
  }

  async type(line: Line): Promise<Said> {
    const said = await this.#run(line.run);
    if (line.as !== undefined) {
      this.#kept[line.as] = said.stdout.trim();
      this.alike.name(said.stdout.trim(), line.as);
    }
    return said;
  }

  #run(text: string): Promise<Said> {
    return new Promise((done, fail) => {
      const child = spawn('/bin/sh', ['-c', `amtool() { "$AMTOOL" --alertmanager.url="$URL" "$@"; }; ${text}`], {
        cwd: this.#dir,
        env: {
          ...this.#kept,
          AMTOOL: realProgram('AMTOOL_BIN'),
          URL: this.server.url,
          HOME: this.#dir,
          USER: 'tester',
          PATH: process.env['PATH'] ?? '',
        },
        stdio: [text.includes('<') || text.includes('|') ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
      child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
      child.once('error', fail);
      child.once('close', (code) => done({ code, stdout, stderr }));
    });
  }
}

const TIME = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( UTC|Z)?/g;
const DURATION = /\b(\d+h)?(\d+m)?\d+(\.\d+)?s\b/g;
/** amtool prints a few addresses of its own memory. */
const POINTER = /\b0x[0-9a-f]{8,}\b/g;
/** amtool remarks on every server of another version than its own. */
const VERSION = /^.*amtool version.*$\n?/gm;

/** What is compared: JSON member by member, text with times and durations written alike. */
function comparable(said: Said, alike: Alike): unknown {
  const text = (raw: string): string =>
    alike
      .text(raw)
      .replace(VERSION, '')
      .replace(POINTER, '<pointer>')
      .replace(TIME, '<time>')
      .replace(DURATION, '<span>');
  const out = said.stdout.trim();
  let stdout: unknown = text(said.stdout);
  if (out.startsWith('[') || out.startsWith('{')) {
    try {
      stdout = alike.value(JSON.parse(out));
      // Who built which version is no part of the comparison.
      if (isRecord(stdout))
        stdout = { ...stdout, versionInfo: Object.keys(isRecord(stdout['versionInfo']) ? stdout['versionInfo'] : {}) };
    } catch {
      // Not JSON after all.
    }
  }
  return { code: said.code, stdout, stderr: text(said.stderr) };
}

let desks: readonly [Desk, Desk];
let clustered: readonly [Desk, Desk];

async function pair(flags: readonly string[]): Promise<readonly [Desk, Desk]> {
  const [a, b] = await Promise.all([
    startServer({ kind: 'alertmanager', config: CONFIG, flags }),
    startServer({ kind: subject, config: CONFIG, flags }),
  ]);
  return [new Desk(a), new Desk(b)];
}

describe(`amtool against alertmanager and ${subject}`, () => {
  beforeAll(async () => {
    desks = await pair([]);
    clustered = await pair(['--cluster.listen-address=127.0.0.1:0', '--cluster.settle-timeout=0s']);
  });

  afterAll(async () => {
    await Promise.all([...desks, ...clustered].map((desk) => desk.server.kill()));
  });

  it.each(LINES.map((line, i) => [`${i + 1}. ${line.run}`, line] as const))('%s', async (_, line) => {
    // What is asked next must have happened before: groups are made a moment after the POST in Alertmanager.
    const [a, b] = await Promise.all(desks.map((desk) => desk.type(line)));
    if (/ add |expire|update|import/.test(line.run)) await sleep(20);
    if (VERBOSE) console.log(`$ ${line.run}\n${JSON.stringify(a, undefined, 1).replaceAll('\\n', '\n')}`);
    expect(differences(comparable(a!, desks[0].alike), comparable(b!, desks[1].alike), 5_000)).toEqual([]);
  });

  it('shows itself as a ready peer where clustering is on', async () => {
    const said = await Promise.all(clustered.map((desk) => desk.type({ run: 'amtool cluster show' })));
    const [a, b] = said.map((one) => ({
      code: one.code,
      text: one.stdout.replace(/[0-9A-Z]{26}|:\d+/g, '<id>').replace(/ +/g, ' '),
    }));
    expect(a!.code).toBe(0);
    expect(b).toEqual(a);
  });
});
