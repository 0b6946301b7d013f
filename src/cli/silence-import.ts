// `tocsinctl silence import`: silences as `silence query -o json` prints them, from a file or standard input. Nothing is
// sent unless all of it can be read.

import { silenceIdIn } from './answers.ts';
import { callApi, Refusal } from './client.ts';
import { readBytes, STDIN } from './input.ts';
import { CommandError, type Session } from './terminal.ts';
import type { Values } from './values.ts';

/** What the server is told of a silence: what it says of itself besides is of no use to it. */
const SENT = ['id', 'annotations', 'comment', 'createdBy', 'endsAt', 'matchers', 'startsAt'];

type Silence = Readonly<Record<string, unknown>>;

export async function importSilences(given: Values): Promise<void> {
  const { session } = given;
  const all = readSilences(await readBytes(given.text('input-file') || STDIN));
  const silences = given.flag('force') ? all.map((silence) => without(silence, 'id')) : all;
  let failed = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let silence = silences[next++]; silence !== undefined; silence = silences[next++]) {
      if (!(await send(session, silence))) failed++;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, given.number('worker')) }, work));
  if (failed > 0) throw new CommandError(`couldn't import ${failed} out of ${silences.length} silences`);
}

function readSilences(bytes: Buffer): Silence[] {
  const wrong = "couldn't unmarshal input data, is it JSON?";
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new CommandError(`${wrong}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null) return [];
  if (!Array.isArray(value)) throw new CommandError(`${wrong}: a list of silences is expected`);
  return value.map((item: unknown, i) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new CommandError(`${wrong}: item ${i + 1} of the list is no silence`);
    }
    return Object.fromEntries(Object.entries(item).filter(([name]) => SENT.includes(name)));
  });
}

/** Whether it was taken. One whose id is not there becomes a new one. */
async function send(session: Session, silence: Silence): Promise<boolean> {
  try {
    const answer = await post(session, silence).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
      return post(session, without(silence, 'id'));
    });
    session.terminal.out(`${silenceIdIn(answer)}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const id = silence['id'];
    session.terminal.err(`Error adding silence id='${typeof id === 'string' ? id : ''}': ${error.message}\n`);
    return false;
  }
}

function post(session: Session, silence: Silence): Promise<unknown> {
  return callApi(session, 'postSilences', { body: silence });
}

function without(silence: Silence, name: string): Silence {
  return Object.fromEntries(Object.entries(silence).filter(([key]) => key !== name));
}
