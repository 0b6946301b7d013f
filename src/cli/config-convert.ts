// `tocsinctl config convert`: a configuration file without what is deprecated. What comes out is read and compared before
// anybody gets it: it means the same, or it is not given out.

import { renameSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseConfig } from '../config/parse.ts';
import type { Config, RouteConfig } from '../model/config.ts';
import { type Matcher, matcherToString } from '../model/matcher.ts';
import { settingsTables } from '../receivers/settings/table.ts';
import { sourcesOf } from '../runtime/config-sources.ts';
import { sourceFlags } from './config-file.ts';
import { ConvertError, convert } from './convert.ts';
import { readBytes, STDIN } from './input.ts';
import { describeErrors } from './problems.ts';
import { CommandError } from './terminal.ts';
import { describeFileError, type Values } from './values.ts';

export async function convertConfig(given: Values): Promise<void> {
  const { session } = given;
  const file = given.text('convert-file');
  if (file === '' && given.flag('write')) throw new CommandError('--write needs a file');
  const text = await read(file === '' ? STDIN : file);
  const before = parse(given, file, text);
  const converted = tryConvert(text);
  const after = parse(given, file, converted.text);
  if (meaning(before) !== meaning(after)) {
    throw new CommandError('the converted file would not mean the same, and so it is left as it is');
  }
  if (given.flag('write')) replace(file, converted.text);
  else session.terminal.out(converted.text);
  const places = converted.changes === 1 ? 'a place' : `${converted.changes} places`;
  session.terminal.err(converted.changes === 0 ? 'Nothing is deprecated.\n' : `Converted ${places}.\n`);
}

async function read(file: string): Promise<string> {
  const bytes = await readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(`${file} is not UTF-8: save it as UTF-8`);
  }
}

function parse(given: Values, file: string, text: string): Config {
  const sources = sourcesOf(resolve(file === '' ? STDIN : file), sourceFlags(given));
  const options = { file, tables: settingsTables, mode: given.session.mode, ...sources };
  const { config, problems } = parseConfig(text, options);
  if (config === undefined) throw new CommandError(describeErrors(problems));
  return config;
}

function tryConvert(text: string): ReturnType<typeof convert> {
  try {
    return convert(text);
  } catch (error) {
    if (error instanceof ConvertError) throw new CommandError(error.message);
    throw error;
  }
}

/** What routes and rules match, and all else that is printed of a configuration. */
function meaning(config: Config): string {
  const matchers = (all: readonly Matcher[]): string[] => all.map(bare).sort();
  const route = (one: RouteConfig): unknown => ({
    ...one,
    matchers: matchers(one.matchers),
    routes: one.routes.map(route),
  });
  const rules = config.inhibitRules.map((rule) => ({
    ...rule,
    sourceMatchers: matchers(rule.sourceMatchers),
    targetMatchers: matchers(rule.targetMatchers),
  }));
  return JSON.stringify([route(config.route), rules, config.receivers, [...config.timeIntervals], config.templates]);
}

/** The deprecated form writes anchors around its expressions, which are there anyway. */
function bare(matcher: Matcher): string {
  const value = matcher.type === '=~' ? matcher.value.replace(/^\^\(\?:([\s\S]*)\)\$$/, '$1') : matcher.value;
  return matcherToString({ ...matcher, value });
}

/** Whoever reads it meanwhile finds the old one or the new one. */
function replace(file: string, text: string): void {
  const fresh = `${file}.tocsinctl-${process.pid}`;
  try {
    writeFileSync(fresh, text, { mode: statSync(file).mode });
    renameSync(fresh, file);
  } catch (error) {
    throw new CommandError(describeFileError('write', file, error));
  }
}
