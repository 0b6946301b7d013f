// `tocsinctl watch` in a real terminal: tmux has the screen, and tells what a person would see on it.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, scratch, startServer } from '../support/process.ts';
import { sleep } from './harness.ts';

const CONFIG = 'route: {receiver: team, group_by: [alertname]}\nreceivers: [{name: team}]\n';
const CTL = join(dirname(resolve(process.env['TOCSIN_MAIN'] ?? 'dist/main.js')), 'ctl.js');

let server: Server;
const socket = join(scratch(), 'tmux');

function tmux(...words: readonly string[]): string {
  // Its output is UTF-8 only where it is told so.
  return execFileSync('tmux', ['-u', '-S', socket, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What the screen shows, once it is as it should be. */
async function seen(name: string, pattern: RegExp, flags: readonly string[] = []): Promise<string> {
  for (const deadline = Date.now() + 15_000; ; await sleep(100)) {
    const screen = tmux('capture-pane', '-p', ...flags, '-t', name);
    if (pattern.test(screen)) return screen;
    if (Date.now() > deadline) throw new Error(`${pattern} is not to be seen:\n${screen}`);
  }
}

function open(name: string, columns: number, rows: number, ...words: readonly string[]): void {
  const ctl = [process.execPath, CTL, `--alertmanager.url=${server.url}`, 'watch', '--interval=200ms', ...words];
  const line = `${ctl.map((word) => `'${word}'`).join(' ')}; echo "left with $?"; sleep 60`;
  tmux('new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows), line);
}

async function fire(count: number): Promise<void> {
  const alerts = Array.from({ length: count }, (_, i) => ({
    labels: { alertname: i % 2 === 0 ? 'Down' : 'Später 🔥', instance: `host-${i}`, severity: 'critical' },
    annotations: { summary: `number ${i} \u001b[2J does not answer, and this text is longer than a narrow screen is` },
    startsAt: new Date(Date.now() - i * 60_000).toISOString(),
  }));
  const response = await fetch(`${server.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  expect(response.status).toBe(200);
}

beforeAll(async () => {
  server = await startServer({ kind: 'tocsin', config: CONFIG });
}, 60_000);

afterAll(async () => {
  tmux('kill-server');
  await server.stop();
});

describe('watch on a terminal', () => {
  it('shows alerts as they come, on a screen of any size, in colours', async () => {
    open('small', 80, 24);
    open('large', 200, 60);
    await seen('small', /Nothing fires\./);
    await fire(40);
    const small = await seen('small', /40 active/);
    expect(small.split('\n').slice(0, 24)).toHaveLength(24);
    expect(small).toMatch(/^Down {2}→ team {2}20 {2}severity=critical$/m);
    expect(small).toMatch(/^ \* +\d+s {2}active +instance=host-0 {2}number 0 .* does not answer, and th.*…$/m);
    expect(small).toMatch(/q quit.*\d+ lines below/);
    const large = await seen('large', /40 active/);
    expect(large).toMatch(/host-39 .*than a narrow screen is$/m);
    expect(await seen('large', /active/, ['-e'])).toContain('\u001b[31m');
    tmux('send-keys', '-t', 'small', 'G');
    await seen('small', /\d+ lines above$/m);
    tmux('resize-window', '-t', 'small', '-x', '120', '-y', '50');
    await seen('small', /host-39 [\s\S]*s show suppressed {2}space pause$/m);
  });

  it('goes on when the server was away', async () => {
    await server.kill();
    const screen = await seen('large', /No answer since \d\d:\d\d:\d\d, trying again: .*refused/);
    expect(screen).toContain('host-39');
    server = await server.again();
    await seen('large', /^(?![\s\S]*No answer)[\s\S]*40 active/);
  });

  it.each([
    ['small', 'q'],
    ['large', 'C-c'],
  ])('gives the terminal back (%s, %s)', async (name, key) => {
    tmux('send-keys', '-t', name, key);
    const screen = await seen(name, /^left with 0$/m);
    expect(screen).not.toContain('Down');
    expect(tmux('display-message', '-p', '-t', name, '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1');
  });

  it('gives way to the shell, and comes back', async () => {
    tmux('new-session', '-d', '-s', 'job', '-x', '80', '-y', '24', 'bash --norc --noprofile -i');
    const words = `'${process.execPath}' '${CTL}' --alertmanager.url=${server.url} watch`;
    tmux('send-keys', '-t', 'job', words, 'Enter');
    await seen('job', /40 active/);
    tmux('send-keys', '-t', 'job', 'C-z');
    expect(await seen('job', /Stopped/)).not.toContain('Down');
    tmux('send-keys', '-t', 'job', 'stty -a; fg', 'Enter');
    await seen('job', /40 active/);
    tmux('send-keys', '-t', 'job', 'q');
    tmux('send-keys', '-t', 'job', 'echo "left with $?"', 'Enter');
    expect(await seen('job', /^left with 0$/m)).toMatch(/isig icanon /);
  });

  it.each([
    [['--alertmanager.url=URL/elsewhere', 'watch'], /status 404/],
    [['--alertmanager.url=URL', 'watch', 'Down', 'b=~"("'], /missing closing \)/],
    [['--alertmanager.url=URL', 'watch', 'b=~"("'], /missing closing \)/],
  ])('is not asked again when it is asked the wrong thing: %j', (words, said) => {
    const line = words.map((word) => word.replace('URL', server.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [CTL, ...line], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(said);
  });

  it('goes with advice after an error, which a script does not get', async () => {
    const words = [CTL, '--alertmanager.url=http://127.0.0.1:1', 'alert'];
    tmux(
      'new-session',
      '-d',
      '-s',
      'error',
      '-x',
      '120',
      '-y',
      '24',
      `'${process.execPath}' ${words.join(' ')}; sleep 60`,
    );
    await seen('error', /^tocsinctl: error: .*connection refused\n {2}\S.*--alertmanager\.url/m, ['-J']);
    const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect(stderr).toMatch(/^tocsinctl: error: [^\n]*connection refused\n$/);
  });

  it('writes lines where there is no terminal', async () => {
    const child = spawn(process.execPath, [
      CTL,
      `--alertmanager.url=${server.url}`,
      'watch',
      'Down',
      '--interval=200ms',
    ]);
    let lines = '';
    child.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString('utf8');
    });
    for (const deadline = Date.now() + 15_000; lines.split('\n').length < 21 && Date.now() < deadline; )
      await sleep(50);
    child.kill('SIGTERM');
    expect(lines.trim().split('\n')).toHaveLength(20);
    expect(lines).toMatch(/^\S+Z FIRING alertname="Down" instance="host-0" severity="critical"$/m);
  });
});
