import type { LookupAddress, LookupOptions } from 'node:dns';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lookup, orderly, type Resolve } from '../../src/receivers/lookup.ts';

type Done = Parameters<Resolve>[2];
const at = (address: string): LookupAddress[] => [{ address, family: 4 }];
const SLOW_MS = 20;
const noAnswer = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
const noName = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });

/** A system that answers when the test says so. */
function system() {
  const asked: string[] = [];
  const open = new Map<string, Done>();
  const find = orderly((hostname, _options, done) => {
    asked.push(hostname);
    open.set(hostname, done);
  }, SLOW_MS);
  const ask = (hostname: string, options: LookupOptions = { all: true }) => {
    const answers: unknown[] = [];
    find(hostname, options, (error, address) => answers.push(error?.message ?? address));
    return answers;
  };
  const answer = (hostname: string, error: NodeJS.ErrnoException | null, addresses: LookupAddress[] = []) =>
    open.get(hostname)?.(error, addresses);
  return { asked, ask, answer };
}

describe('a lookup', () => {
  it('is shared by all who want the name, in the form that each wants', () => {
    const { asked, ask, answer } = system();
    const all = ask('a');
    const one = ask('a', {});
    expect(asked).toEqual(['a']);
    answer('a', null, [...at('10.0.0.1'), ...at('10.0.0.2')]);
    expect(all).toEqual([[...at('10.0.0.1'), ...at('10.0.0.2')]]);
    expect(one).toEqual(['10.0.0.1']);
    ask('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('of slow names waits for one another, and not those of others', async () => {
    const { asked, ask, answer } = system();
    for (const name of ['x', 'y', 'z']) ask(name);
    await pause(2 * SLOW_MS);
    for (const name of ['x', 'y', 'z']) answer(name, noAnswer);
    expect(asked).toEqual(['x', 'y', 'z']);
    const answers = ['x', 'y', 'z'].map((name) => ask(name));
    ask('quick');
    expect(asked.slice(3)).toEqual(['x', 'quick']);
    answer('x', noAnswer);
    expect(asked.slice(3)).toEqual(['x', 'quick', 'y']);
    answer('y', null, at('10.0.0.2'));
    answer('z', null, at('10.0.0.3'));
    expect(answers).toEqual([[noAnswer.message], [at('10.0.0.2')], [at('10.0.0.3')]]);
  });

  it('of a name that has become quick waits for nobody again', async () => {
    const { asked, ask, answer } = system();
    for (const name of ['x', 'y']) ask(name);
    await pause(2 * SLOW_MS);
    for (const name of ['x', 'y']) answer(name, noAnswer);
    ask('x');
    answer('x', null, at('10.0.0.1'));
    ask('y');
    ask('x');
    expect(asked.slice(3)).toEqual(['y', 'x']);
  });

  it('gives the last addresses when nobody answers in time, or at all', async () => {
    const { asked, ask, answer } = system();
    ask('a');
    answer('a', null, at('10.0.0.1'));
    const late = ask('a', {});
    expect(late).toEqual([]);
    await pause(2 * SLOW_MS);
    expect(late).toEqual(['10.0.0.1']);
    answer('a', null, at('10.0.0.9'));
    expect(late).toEqual(['10.0.0.1']);
    const lost = ask('a');
    answer('a', noAnswer);
    expect(lost).toEqual([at('10.0.0.9')]);
    const gone = ask('a');
    answer('a', noName);
    expect(gone).toEqual([noName.message]);
    expect(asked).toHaveLength(4);
  });
});

it('of a name that is unknown fails', async () => {
  const error = await new Promise((done) => lookup('nowhere.invalid', { all: true }, (given) => done(given?.message)));
  expect(error).toMatch(/nowhere\.invalid/);
});

it('asks the system, which knows this machine', async () => {
  const addresses = await new Promise((done) =>
    lookup('localhost', { all: true, family: 4 }, (_error, found) => done(found)),
  );
  expect(addresses).toContainEqual({ address: '127.0.0.1', family: 4 });
});
