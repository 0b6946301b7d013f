// tocsinctl as a function: a command line in, what it wrote and its exit code out.

import { main } from '../../src/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `configFiles` are what holds defaults for flags; none of this machine's is read. */
export async function runCtl(
  argv: readonly string[],
  configFiles: readonly string[] = [],
  { forScripts = false } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string): void => {
      out.push(text);
    },
    err: (text: string): void => {
      err.push(text);
    },
    forScripts,
  };
  const code = await main(argv, { terminal, configFiles });
  return { code, out: out.join(''), err: err.join('') };
}
