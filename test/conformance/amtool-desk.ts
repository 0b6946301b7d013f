// Somebody at a shell with a server and an amtool, real or ours: types lines, and keeps what they print for the next ones.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Kind, realProgram, type Server, scratch, startServer } from '../support/process.ts';
import type { Line } from './amtool-lines.ts';
import { isRecord } from './harness.ts';
import { Alike } from './harness-compare.ts';

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

export type AmtoolKind = 'amtool' | 'tocsinctl';

/** What runs it: tocsinctl is the one that was built with the server under test. */
function script(program: AmtoolKind): string {
  const ctl = join(dirname(resolve(process.env['TOCSIN_MAIN'] ?? 'dist/main.js')), 'ctl.js');
  const words = program === 'amtool' ? [realProgram('AMTOOL_BIN')] : [process.execPath, ctl];
  return `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`;
}

/** Somebody with that amtool at a fresh server of that kind. */
export async function openDesk(program: AmtoolKind, kind: Kind, flags: readonly string[] = []): Promise<Desk> {
  return new Desk(await startServer({ kind, config: CONFIG, flags }), program);
}

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Desk {
  readonly server: Server;
  readonly program: AmtoolKind;
  readonly alike: Alike;
  readonly #dir = scratch();
  readonly #kept: Record<string, string> = {};

  constructor(server: Server, program: AmtoolKind) {
    this.server = server;
    this.program = program;
    writeFileSync(join(this.#dir, 'amtool'), script(program), { mode: 0o755 });
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
          AMTOOL: join(this.#dir, 'amtool'),
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
/** What the server says of an id that is none; amtool does not show it. */
const UNSHOWN = /(?<=\(status 422\): ).*/g;
/** What it logs, it logs among its answers. */
const LOG = /^time=\S+ level=WARN .*\n/gm;
/** amtool remarks on every server of another version than its own. */
const VERSION = /^.*amtool version.*$\n?/gm;

export interface Comparable {
  readonly code: number | null;
  readonly stdout: unknown;
  readonly stderr: string;
}

/** What is compared: JSON member by member, text with times and durations written alike. */
export function comparable(said: Said, alike: Alike): Comparable {
  const text = (raw: string): string =>
    alike
      .text(raw)
      .replace(VERSION, '')
      .replace(/^tocsinctl: /gm, 'amtool: ')
      .replace(UNSHOWN, '<message>')
      .replace(POINTER, '<pointer>')
      .replace(TIME, '<time>')
      .replace(DURATION, '<span>');
  const out = said.stdout.trim();
  let stdout: unknown = text(said.stdout.replace(LOG, ''));
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
  return { code: said.code, stdout, stderr: text(said.stderr.trimEnd()) };
}
