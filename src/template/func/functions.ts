// Alertmanager's template functions, and the table of all functions that templates have.

import { duration } from '../time/duration.ts';
import { formatTime } from '../time/format.ts';
import { parseTime } from '../time/parse.ts';
import { Time } from '../time/time.ts';
import { loadLocation } from '../time/zone.ts';
import { trimSpace } from '../value/bytes.ts';
import { ANY, ANY_MAP, ANY_SLICE, HTML, STRING, STRING_SLICE, TIME, URL } from '../value/type.ts';
import { anySlice, box, MapValue, Slice, strings, TypedString, unbox, type Value } from '../value/value.ts';
import { base64Decode, base64Encode } from './base64.ts';
import { BUILTINS } from './builtins.ts';
import { type Env, type Func, type FuncMap, func, variadic } from './func.ts';
import { humanizeDuration } from './humanize.ts';
import { matchString, replaceAll } from './regexp.ts';
import { title, toLower, toUpper } from './title.ts';
import { toJson } from './tojson.ts';
import { queryUnescape } from './url.ts';

/** A function from text to something. */
function onText(convert: (text: string) => Value): Func {
  return func([STRING], ([text], env) => {
    env.budget.spend(1 + (text as string).length / 8);
    return convert(text as string);
  });
}

function join(separator: string, items: readonly Value[], env: Env): string {
  let length = 0;
  for (const item of items) length += (item as string).length + separator.length;
  env.budget.spendText(length);
  return items.join(separator);
}

/** Counts a call that takes longer than most, the more the longer its texts are. */
function costly(env: Env, call: () => Value, texts: readonly Value[] = [], steps = 10): Value {
  let length = 0;
  for (const text of texts) length += (text as string).length;
  env.budget.spend(steps + length / 4);
  return call();
}

/** A time that does not fit its layout takes the longest: an error is made of it. */
const READING_A_TIME = 60;

function append([slice, ...items]: readonly Value[], env: Env): Value {
  const known = (slice as Slice).items;
  if (items.length === 0) return slice;
  env.budget.spend(known.length / 64);
  return new Slice(ANY_SLICE, known.concat(items.map(box)));
}

function dict(args: readonly Value[]): Value {
  if (args.length % 2 !== 0) throw new Error('dict requires an even number of arguments');
  const entries = new Map<string, Value>();
  for (let i = 0; i < args.length; i += 2) {
    const key = unbox(args[i]);
    if (typeof key !== 'string') throw new Error('dict keys must be strings');
    entries.set(key, box(args[i + 1]));
  }
  return new MapValue(ANY_MAP, entries);
}

function readTime(read: (layout: string, value: string) => Time): Func {
  return func([STRING, STRING], ([layout, value], env) =>
    costly(env, () => read(layout as string, value as string), [layout, value], READING_A_TIME),
  );
}

function dateOrZero(layout: string, value: string): Time {
  try {
    return parseTime(layout, value);
  } catch {
    return Time.zero();
  }
}

const OWN: FuncMap = new Map<string, Func>([
  ['toUpper', onText(toUpper)],
  ['toLower', onText(toLower)],
  ['title', onText(title)],
  ['trimSpace', onText(trimSpace)],
  [
    'join',
    func([STRING, STRING_SLICE], ([separator, items], env) => join(separator as string, (items as Slice).items, env)),
  ],
  ['match', func([STRING, STRING], ([pattern, text], env) => matchString(pattern as string, text as string, env))],
  ['safeHtml', onText((text) => new TypedString(HTML, text))],
  ['safeUrl', onText((text) => new TypedString(URL, text))],
  ['urlUnescape', onText(queryUnescape)],
  [
    'reReplaceAll',
    func([STRING, STRING, STRING], ([pattern, replacement, text], env) =>
      replaceAll(pattern as string, replacement as string, text as string, env),
    ),
  ],
  ['stringSlice', variadic([], STRING, (args) => strings(args as string[]))],
  ['routeLabels', func([STRING], ([name], env) => env.routeLabel(name as string))],
  [
    'date',
    func([STRING, TIME], ([layout, time], env) =>
      costly(env, () => formatTime(time as Time, layout as string), [layout]),
    ),
  ],
  ['tz', func([STRING, TIME], ([name, time], env) => (time as Time).in(loadLocation(name as string, env.local)))],
  ['now', func([], (_, env) => Time.fromMs(env.at).in(env.local))],
  ['since', func([TIME], ([time], env) => duration(Time.fromMs(env.at).sub(time as Time)))],
  ['humanizeDuration', func([ANY], ([value], env) => costly(env, () => humanizeDuration(value)))],
  ['toDate', readTime(dateOrZero)],
  ['mustToDate', readTime(parseTime)],
  ['toJson', func([ANY], ([value], env) => toJson(value, env.budget))],
  ['base64encode', onText(base64Encode)],
  ['base64decode', onText(base64Decode)],
  ['list', variadic([], ANY, (args) => anySlice(args))],
  ['append', variadic([ANY_SLICE], ANY, append)],
  ['dict', variadic([], ANY, dict)],
]);

/** Every function of Alertmanager's templates, Go's builtins included. */
export const FUNCTIONS: FuncMap = new Map([...BUILTINS, ...OWN]);
