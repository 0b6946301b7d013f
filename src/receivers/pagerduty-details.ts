// The details of a PagerDuty event: a tree of the operator's own, mostly lists of alerts. Where there are so many alerts that
// PagerDuty would refuse the event, each of the large ones tells of fewer; apart from the event because only they can.

import type { Notification } from '../model/notification.ts';
import type { Tree } from '../model/schema.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import { tellOfFewer } from './fit.ts';
import { encodeJson, type Json } from './json.ts';
import { renderTree, retype } from './tree.ts';

export type Details = ReadonlyMap<string, Json>;

type Trees = Readonly<Record<string, Tree | undefined>>;
type Execute = (template: string, data: TemplateData) => string;

/** All of them, about all alerts. */
export function wholeDetails(trees: Trees, text: (template: string) => string): Details {
  return new Map(Object.entries(trees).map(([name, tree]) => [name, renderTree(tree, text)]));
}

/** Those that are by `excess` bytes smaller than the whole ones, or nearly so where it is not the alerts that are too many. */
export function smallerDetails(notification: Notification, trees: Trees, execute: Execute, excess: number): Details {
  const data = templateData(notification);
  const sizes: number[] = [];
  wholeDetails(trees, (template) => {
    const text = execute(template, data);
    sizes.push(jsonBytes(retype(text)));
    return text;
  });
  const limit = levelOf(
    sizes,
    sizes.reduce((sum, size) => sum + size, -excess),
  );
  const fewer: Json[] = [];
  const details = wholeDetails(trees, (template) => {
    const text = execute(template, data);
    if (jsonBytes(retype(text)) <= limit) return text;
    const value = aboutFewer(notification, limit, (some) => execute(template, some));
    if (value === undefined) return text;
    // A text must not be taken for YAML because of what is added to it: it takes its place afterwards.
    return `${PLACE}${fewer.push(value) - 1}`;
  });
  return new Map([...details].map(([name, value]) => [name, inPlace(value, fewer)]));
}

/** No template writes it. */
const PLACE = '\u0000place ';

function inPlace(value: Json, values: readonly Json[]): Json {
  if (typeof value === 'string') return placed(value, values) ?? value;
  if (Array.isArray(value)) return value.map((item: Json) => inPlace(item, values));
  if (!(value instanceof Map)) return value;
  const pairs: [string, Json][] = [...value];
  return new Map(pairs.map(([name, item]) => [keyText(placed(name, values) ?? name), inPlace(item, values)]));
}

function placed(text: string, values: readonly Json[]): Json | undefined {
  return text.startsWith(PLACE) ? values[Number(text.slice(PLACE.length))] : undefined;
}

function keyText(value: Json): string {
  return typeof value === 'string' ? value : encodeJson(value);
}

/** A list keeps to be one, with what it leaves out as its last item. */
function aboutFewer(
  notification: Notification,
  limit: number,
  render: (data: TemplateData) => string,
): Json | undefined {
  if (!Array.isArray(retype(render(templateData(notification))))) {
    return tellOfFewer(notification, limit, render, { size: jsonBytes });
  }
  const open = (data: TemplateData) =>
    render(data)
      .trimEnd()
      .replace(/\]$/, '')
      .replace(/(?<!\[)$/, ',');
  const list = tellOfFewer(notification, limit, open, {
    size: (text) => Buffer.byteLength(text),
    note: (line) => `${encodeJson(line)}]`,
  });
  return list === undefined ? undefined : retype(list);
}

function jsonBytes(value: Json): number {
  return Buffer.byteLength(encodeJson(value));
}

/** To what size the largest must come down for all to sum up to that. */
function levelOf(sizes: readonly number[], sum: number): number {
  let left = sum;
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [i, size] of ascending.entries()) {
    const share = left / (ascending.length - i);
    if (size > share) return share;
    left -= size;
  }
  return sum;
}
