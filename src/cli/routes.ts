// `tocsinctl config routes`: the tree of routes, and where an alert with certain labels goes in it.

import { buildRoutes, matchRoutes, type Route } from '../engine/route.ts';
import type { LabelSet } from '../model/labels.ts';
import { matchersToString, matchesAll } from '../model/matcher.ts';
import { readInstant, readMatcher } from './arguments.ts';
import { configOf } from './config-file.ts';
import { CommandError, type Session, SilentFailure } from './terminal.ts';
import { type Branch, branchesToString } from './tree.ts';
import type { Values } from './values.ts';

export async function showRoutes(given: Values): Promise<void> {
  const root = buildRoutes(await configOf(given));
  given.session.terminal.out(`Routing tree:\n${branchesToString([wholeTree(root)])}\n`);
}

export async function testRoutes(given: Values): Promise<void> {
  const { session } = given;
  const config = await configOf(given);
  const root = buildRoutes(config);
  const labels = readLabels(session, given.texts('labels'));
  if (given.flag('tree')) {
    session.terminal.out(`Matching routes:\n${branchesToString([matchingTree(root, labels)])}\n\n`);
  }
  const taken = matchRoutes(root, labels);
  const time = given.text('time');
  if (given.flag('explain') || time !== '') {
    const { explainRoutes, explainTiming } = await import('./routes-explain.ts');
    const at = time === '' ? session.now : Math.floor(Number(readInstant(time).total() / 1_000_000n));
    if (given.flag('explain')) session.terminal.out(`${explainRoutes(root, labels)}\n`);
    session.terminal.out(`${explainTiming(taken, config, at)}\n`);
  }
  // One that several routes name is there several times. Whatever else was asked for, this is the last line.
  const receivers = taken.map(({ receiver }) => receiver.name).join(',');
  session.terminal.out(`${receivers}\n`);
  const expected = given.text('verify.receivers');
  if (expected !== '' && expected !== receivers) {
    session.terminal.out('WARNING: Expected receivers did not match resolved receivers.\n');
    throw new SilentFailure();
  }
}

function readLabels(session: Session, words: readonly string[]): LabelSet {
  return Object.fromEntries(
    words.map((word) => {
      const { name, type, value } = readLabel(session, word);
      if (type !== '=') throw new CommandError('Labels must be specified as key=value pairs');
      return [name, value];
    }),
  );
}

function readLabel(session: Session, word: string): ReturnType<typeof readMatcher> {
  try {
    return readMatcher(session, word);
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(`Failed to parse labels: ${error.message}`) : error;
  }
}

function wholeTree(route: Route): Branch {
  const { config, receiver } = route;
  return {
    text: `${nameOf(route)}${config.continue ? '  continue: true' : ''}  receiver: ${receiver.name}`,
    branches: route.routes.map(wholeTree),
  };
}

/** What is on the way to the routes that take it; only those show their receiver. */
function matchingTree(route: Route, labels: LabelSet): Branch {
  const branches: Branch[] = [];
  for (const child of route.routes) {
    if (!matchesAll(child.config.matchers, labels)) continue;
    branches.push(matchingTree(child, labels));
    if (!child.config.continue) break;
  }
  return { text: `${nameOf(route)}${branches.length === 0 ? `  receiver: ${route.receiver.name}` : ''}`, branches };
}

function nameOf({ config }: Route): string {
  return config.matchers.length === 0 ? 'default-route' : matchersToString(config.matchers);
}
