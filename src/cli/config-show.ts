// `tocsinctl config show`: the configuration that is in force, its secrets masked by the server.

import { statusIn } from './answers.ts';
import { callApi } from './client.ts';
import { json } from './table.ts';
import type { Values } from './values.ts';

export async function showConfig({ session }: Values): Promise<void> {
  const status = statusIn(await callApi(session, 'getStatus'), 'config');
  const { terminal, format } = session;
  if (format === 'json') {
    terminal.out(json(status));
    return;
  }
  terminal.out(`${status.config.original}\n`);
  if (format === 'simple') return;
  for (const name of ['buildUser', 'goVersion', 'revision', 'version', 'branch', 'buildDate']) {
    terminal.out(`${name} ${status.versionInfo[name] ?? ''}\n`);
  }
  terminal.out(`uptime ${status.uptime}\n`);
}
