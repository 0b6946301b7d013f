// What the real programs say of configurations: amtool of many at a time, and how a real Alertmanager prints them.

import { spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgram, scratch, startServer } from '../support/process.ts';

/** For each text: nothing when amtool accepts it, otherwise why not. */
export function amtoolVerdicts(texts: readonly (string | Uint8Array)[]): (string | undefined)[] {
  const dir = scratch();
  const files = texts.map((_, i) => `${i}.yml`);
  texts.forEach((text, i) => {
    writeFileSync(join(dir, files[i]!), text);
  });
  const verdicts: (string | undefined)[] = [];
  while (verdicts.length < texts.length) {
    // Without --verbose it crashes where it would log a warning about a matcher.
    const args = ['--verbose', 'check-config', ...files.slice(verdicts.length)];
    const { stdout, stderr } = spawnSync(realProgram('AMTOOL_BIN'), args, {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    const reports = stdout.split(/^Checking '\d+\.yml'/m).slice(1);
    for (const report of reports) {
      const verdict = / {2}(SUCCESS|FAILED: [\s\S]*?)\n/.exec(report)?.[1];
      // A crash is no acceptance: it goes on with the file after it.
      verdicts.push(
        verdict === undefined ? `crash: ${stderr.slice(0, 200)}` : verdict === 'SUCCESS' ? undefined : verdict,
      );
    }
    if (reports.length === 0) throw new Error(`amtool said nothing: ${stderr}`);
  }
  return verdicts;
}

export interface Printer {
  /** Where it reads the configuration from. */
  readonly file: string;
  /** What Alertmanager prints of it, or nothing when it cannot run with it (files that are not there). */
  print(text: string | Uint8Array): Promise<string | undefined>;
  stop(): Promise<void>;
}

export async function startPrinter(): Promise<Printer> {
  const dir = scratch();
  const config = 'route: {receiver: r}\nreceivers: [{name: r}]\n';
  const server = await startServer({ kind: 'alertmanager', config, dir });
  const file = join(dir, 'alertmanager.yml');
  return {
    file,
    async print(text) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
      const reload = await fetch(`${server.url}/-/reload`, { method: 'POST' });
      await reload.text();
      if (!reload.ok) return undefined;
      const status = (await (await fetch(`${server.url}/api/v2/status`)).json()) as { config: { original: string } };
      return status.config.original;
    },
    async stop() {
      await server.stop();
    },
  };
}
