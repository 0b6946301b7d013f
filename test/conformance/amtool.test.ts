// The real amtool and tocsinctl, typed at the real Alertmanager and at Tocsin: the same words, the same answers, the same
// exit codes, whoever asks whom.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable, type Desk, openDesk } from './amtool-desk.ts';
import { LINES } from './amtool-lines.ts';
import { sleep, subject } from './harness.ts';
import { differences } from './harness-compare.ts';
import { VERBOSE } from './harness-script.ts';

/** The first is what the others are compared with. */
let desks: readonly Desk[];
let clustered: readonly Desk[];

describe(`amtool and tocsinctl at alertmanager and ${subject}`, () => {
  beforeAll(async () => {
    desks = await Promise.all([
      openDesk('amtool', 'alertmanager'),
      openDesk('amtool', subject),
      openDesk('tocsinctl', 'alertmanager'),
      openDesk('tocsinctl', subject),
    ]);
    const flags = ['--cluster.listen-address=127.0.0.1:0', '--cluster.settle-timeout=0s'];
    clustered = await Promise.all([
      openDesk('amtool', 'alertmanager', flags),
      openDesk('amtool', subject, flags),
      openDesk('tocsinctl', 'alertmanager', flags),
    ]);
  });

  afterAll(async () => {
    await Promise.all([...desks, ...clustered].map((desk) => desk.server.kill()));
  });

  it.each(LINES.map((line, i) => [`${i + 1}. ${line.run}`, line] as const))('%s', async (_, line) => {
    // What is asked next must have happened before: groups are made a moment after the POST in Alertmanager.
    const said = await Promise.all(desks.map((desk) => desk.type(line)));
    if (/ add |expire|update|import/.test(line.run)) await sleep(20);
    if (VERBOSE) console.log(`$ ${line.run}\n${JSON.stringify(said[0], undefined, 1).replaceAll('\\n', '\n')}`);
    const [first, ...others] = said.map((one, i) => ({ desk: desks[i]!, told: comparable(one, desks[i]!.alike) }));
    for (const { desk, told } of others) {
      const isBetter = line.better !== undefined && desk.program === 'tocsinctl';
      const [a, b] = isBetter ? [first!.told, told].map(({ code }) => ({ code })) : [first!.told, told];
      expect(differences(a, b, 5_000), `${desk.program} at ${desk.server.kind}`).toEqual([]);
    }
  });

  it('shows itself as a ready peer where clustering is on', async () => {
    for (const run of ['amtool cluster show', 'amtool -o extended cluster show']) {
      const said = await Promise.all(clustered.map((desk) => desk.type({ run })));
      const [first, ...others] = said.map((one) => ({
        code: one.code,
        text: one.stdout.replace(/[0-9A-Z]{26}|:\d+/g, '<id>').replace(/ +/g, ' '),
      }));
      expect(first!.code).toBe(0);
      for (const other of others) expect(other).toEqual(first);
    }
  });
});
