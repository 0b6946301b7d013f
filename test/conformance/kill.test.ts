// Whatever was acknowledged outlives the process: a server under load is killed again and again at moments that a seed
// decides, and after every start each acknowledged alert and silence is there. In the end every group has been told.

import { afterAll, describe, expect, it } from 'vitest';
import { launch, type Server, scratch, startServer } from '../support/process.ts';
import { call, type Received, Sink, sleep, subject, until } from './harness.ts';
import { Ledger, post } from './harness-ledger.ts';

const ROUNDS = Number(process.env['CONFORMANCE_ROUNDS'] ?? 24);
const SEED = Number(process.env['CONFORMANCE_SEED'] ?? 7);
const CONNECTIONS = 4;

const config = (url: string): string => `route:
  receiver: hook
  group_by: [batch]
  group_wait: 300ms
  group_interval: 1s
  repeat_interval: 1h
receivers:
- name: hook
  webhook_configs:
  - url: ${url}/hook
`;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 4294967296;
  };
}

/** One client: it posts a batch, resolves some of an earlier one, sets and ends silences, until it is told to stop. */
async function client(
  url: string,
  ledger: Ledger,
  name: string,
  dice: () => number,
  signal: AbortSignal,
): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    const kind = dice();
    if (kind < 0.7) await ledger.fire(url, `${name}-${i}`, 1 + Math.floor(dice() * 6), signal);
    else if (kind < 0.85) await ledger.resolve(url, dice(), signal);
    else if (kind < 0.95) await ledger.silence(url, `${name}-${i}-quiet`, signal);
    else await ledger.expire(url, dice(), signal);
    await sleep(5 + dice() * 25);
  }
}

/** What a webhook was last told of each alert, by the alert's `id`. */
function lastTold(received: readonly Received[]): Map<string, string> {
  const told = new Map<string, string>();
  for (const request of received) {
    const { alerts } = request.body as { alerts: { status: string; labels: Record<string, string> }[] };
    for (const alert of alerts) told.set(alert.labels['id'] ?? '', alert.status);
  }
  return told;
}

describe(`killed under load: ${subject}`, () => {
  const open: Server[] = [];
  afterAll(async () => {
    for (const server of open) if (server.program.ended === undefined) await server.kill();
  });

  it(`loses nothing in ${ROUNDS} rounds`, async () => {
    const dice = random(SEED);
    const sink = await Sink.open();
    const ledger = new Ledger();
    const kills: string[] = [];
    let server = await startServer({ kind: subject, config: config(sink.url), dir: scratch() });
    open.push(server);
    for (let round = 0; round < ROUNDS; round++) {
      const stop = new AbortController();
      const clients = Promise.allSettled(
        Array.from({ length: CONNECTIONS }, (_, i) =>
          client(server.url, ledger, `r${round}c${i}`, random(SEED * 1000 + round * 10 + i), stop.signal),
        ),
      );
      // At some moment of the work, however fast the machine is.
      const enough = ledger.acknowledged + 2 + Math.floor(dice() * 40);
      await sleep(dice() * 300);
      await until(
        () => ledger.acknowledged >= enough,
        20_000,
        () => `${ledger.acknowledged} of ${enough} requests\n${server.log}`,
      );
      kills.push(new Date().toISOString().slice(17, 23));
      await server.kill();
      stop.abort();
      for (const ended of await clients) if (ended.status === 'rejected') throw ended.reason;
      // Every fourth start is killed as well, somewhere between the first instruction and the first answer.
      if (round % 4 === 3) {
        const { program } = launch({ kind: subject, config: '', dir: server.dir, port: server.port });
        await sleep(dice() * 600);
        await program.end('SIGKILL', 5_000);
      }
      server = await server.again();
      open.push(server);
      const problems = await ledger.audit(server.url);
      expect(problems.slice(0, 20), `round ${round}, seed ${SEED}: ${problems.length} problems\n${server.log}`).toEqual(
        [],
      );
    }

    const due = (): string[] => ledger.untold(lastTold(sink.received));
    await until(
      () => due().length === 0,
      30_000,
      () => `killed at ${kills.join(', ')}, never told:\n${due().slice(0, 20).join('\n')}\n${server.log.slice(-2000)}`,
    );
    const told = lastTold(sink.received);
    expect(ledger.tooMuch(told)).toEqual([]);
    // The last state stands: two more flushes change nothing.
    const before = sink.received.length;
    await sleep(2_500);
    expect(ledger.untold(lastTold(sink.received))).toEqual([]);
    expect(sink.received.length).toBe(before);
    console.log(`${ROUNDS} rounds: ${ledger.summary()}, ${sink.received.length} notifications`);
    expect(ledger.counts.alerts).toBeGreaterThan(ROUNDS * 15);
    expect(ledger.counts.silences).toBeGreaterThan(ROUNDS / 3);

    expect((await server.stop()).code).toBe(0);
    server = await server.again();
    open.push(server);
    expect(await ledger.audit(server.url)).toEqual([]);
    await post(`${server.url}/api/v2/alerts`, [{ labels: { batch: 'last', id: 'last' } }]);
    await until(
      () => lastTold(sink.received).has('last'),
      5_000,
      () => server.log,
    );
    expect((await call('GET', `${server.url}/-/healthy`)).status).toBe(200);
    await sink.close();
  });

  it('tells the end of what a webhook had read but not answered when the server was killed', async () => {
    const sink = await Sink.open();
    sink.answerNext('/hook', [{ status: 200, delayMs: 60_000 }]);
    let server = await startServer({ kind: subject, config: config(sink.url) });
    open.push(server);
    const alert = { labels: { batch: 'b', id: 'x' } };
    await post(`${server.url}/api/v2/alerts`, [alert]);
    await until(
      () => lastTold(sink.received).get('x') === 'firing',
      5_000,
      () => server.log,
    );
    expect(await post(`${server.url}/api/v2/alerts`, [{ ...alert, endsAt: new Date().toISOString() }])).toBe('yes');
    await server.kill();
    server = await server.again();
    open.push(server);
    await until(
      () => lastTold(sink.received).get('x') === 'resolved',
      5_000,
      () => server.log,
    );
    await server.kill();
    await sink.close();
  });
});
