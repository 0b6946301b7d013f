import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Loaded, loadConfiguration } from '../../src/runtime/configuration.ts';
import { describeFailedReload, InForce } from '../../src/runtime/in-force.ts';
import { newLogger } from '../../src/runtime/log.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-in-force-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = join(dir, 'alertmanager.yml');

const lines: string[] = [];
const log = newLogger({ level: 'info', format: 'logfmt', write: (line) => lines.push(line) });

const good = (receiver: string): string => `route: {receiver: ${receiver}}\nreceivers: [{name: ${receiver}}]\n`;
const receiver = (loaded: Loaded): string => loaded.config.route.receiver;

describe('the configuration in force', () => {
  it('is the last good one, and what was wrong since then is known', async () => {
    writeFileSync(file, good('first'));
    const inForce = new InForce(file, () => loadConfiguration(file, 'fallback'), log);
    expect(() => inForce.current()).toThrow('not loaded yet');
    const before = Date.now();
    await inForce.load();
    const { hash, loadedAt, lastReload } = inForce.status();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(loadedAt).toBeGreaterThanOrEqual(before);
    expect(lastReload).toEqual({ at: loadedAt, ok: true, problems: [] });
    expect(describeFailedReload(inForce.status())).toBeUndefined();

    writeFileSync(file, 'route: {receiver: nobody}\nreceivers: [{name: a, nmae: b}]\n');
    await expect(inForce.load(() => expect.unreachable())).rejects.toThrow('2 problems');
    expect(receiver(inForce.current())).toBe('first');
    expect(inForce.status()).toMatchObject({ hash, loadedAt, lastReload: { ok: false } });
    expect(inForce.status().lastReload.problems.map(({ line, path }) => [line, path])).toEqual([
      [1, 'route.receiver'],
      [2, 'receivers[0].nmae'],
    ]);
    expect(describeFailedReload(inForce.status())).toContain('alertmanager.yml:1:19: route.receiver: there is no');
    expect(lines.at(-1)).toContain('Loading configuration file failed');

    rmSync(file);
    await expect(inForce.load()).rejects.toThrow('no such file');
    expect(inForce.status().lastReload.problems).toMatchObject([{ file, line: 0, severity: 'error' }]);

    writeFileSync(file, good('second'));
    const used: string[] = [];
    await inForce.load((loaded) => used.push(receiver(loaded)));
    expect(used).toEqual(['second']);
    expect(receiver(inForce.current())).toBe('second');
    expect(inForce.status().hash).not.toBe(hash);
    expect(inForce.status().lastReload).toMatchObject({ ok: true, problems: [] });
  });

  it('tells of no password', async () => {
    writeFileSync(file, good('a'));
    const both = [() => loadConfiguration(file, 'fallback'), () => Promise.reject(new Error('https://me:hunter2@h'))];
    const inForce = new InForce(file, () => both.shift()!(), log);
    await inForce.load();
    await expect(inForce.load()).rejects.toThrow();
    expect(describeFailedReload(inForce.status())).toContain('https://me:<secret>@h');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('is the one that was asked for last, also when reading an earlier one takes longer', async () => {
    let n = 0;
    const inForce = new InForce(
      file,
      async () => {
        const mine = ++n;
        await new Promise((resolve) => setTimeout(resolve, mine === 1 ? 50 : 0));
        if (mine === 2) throw new Error('the second fails');
        writeFileSync(file, good(`r${mine}`));
        return loadConfiguration(file, 'fallback');
      },
      log,
    );
    const used: string[] = [];
    const use = (loaded: Loaded): void => void used.push(receiver(loaded));
    const all = await Promise.allSettled([inForce.load(use), inForce.load(use), inForce.load(use)]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(used).toEqual(['r1', 'r3']);
    expect(receiver(inForce.current())).toBe('r3');
    expect(inForce.status().lastReload.ok).toBe(true);
  });
});
