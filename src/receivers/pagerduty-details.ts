// The details of a PagerDuty event: a tree of the operator's own, mostly lists of alerts. Where there are so many alerts that
// PagerDuty would refuse the event, each of the large ones tells of fewer; apart from the event because only they can.

import type { Notification } from '../model/notification.ts';
import type { Tree } from '../model/schema.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import { type Render, tellOfFewer } from './fit.ts';
import { encodeJson, type Json } from './json.ts';
import { renderLeaves, retype } from './tree.ts';

export type Details = ReadonlyMap<string, Json>;

type Trees = Readonly<Record<string, Tree | undefined>>;
/** `enough` as in `Templates.text`. */
type Execute = (template: string, data: TemplateData, enough?: number) => string;

/**
 * The details about all alerts or, where an event with them would be larger than `most` bytes, about fewer: then they
 * are nearly as large as they may be. `eventBytes` says how large the event is with given details.
 */
export function detailsWithin(
  notification: Notification,
  trees: Trees,
  execute: Execute,
  most: number,
  eventBytes: (details: Details) => number,
): Details {
  const data = templateData(notification);
  const known = new Map<string, Leaf>();
  const leafOf = (template: string): Leaf => {
    const leaf = known.get(template) ?? leafAbout(data, template, execute, most);
    known.set(template, leaf);
    return leaf;
  };
  const detailsOf = (leaf: (template: string) => Json): Details => {
    const keyOf = (template: string) => execute(template, data);
    return new Map(Object.entries(trees).map(([name, tree]) => [name, renderLeaves(tree, leaf, keyOf)]));
  };
  const sizes: number[] = [];
  const bare = detailsOf((template) => {
    sizes.push(leafOf(template).bytes);
    return '';
  });
  const room = most - eventBytes(bare) + sizes.length * jsonBytes('');
  if (sizes.reduce((sum, size) => sum + size, 0) <= room) return detailsOf((template) => leafOf(template).value);
  const limit = levelOf(sizes, room);
  return detailsOf((template) => {
    const { value, bytes } = leafOf(template);
    return bytes <= limit ? value : (aboutFewer(notification, limit, template, execute) ?? value);
  });
}

/** What one template of the tree says about all alerts. */
interface Leaf {
  /** Only the beginning of what is certainly too large. */
  readonly value: Json;
  /** In JSON; infinite for what is certainly too large. */
  readonly bytes: number;
}

function leafAbout(data: TemplateData, template: string, execute: Execute, most: number): Leaf {
  const text = execute(template, data, most);
  if (text.length > most && isDense(text)) return { value: text, bytes: Number.POSITIVE_INFINITY };
  const value = retype(text.length > most ? execute(template, data) : text);
  return { value, bytes: jsonBytes(value) };
}

/** By the beginning: whether a text takes as much room in the event as by itself, unlike JSON with white space or escapes. */
function isDense(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return true;
  const start = text.slice(0, 4096);
  // What Go escapes is escaped in the event as well.
  if (/\\(?:\/|u(?!00(?:3c|3e|26)|202[89]))/.test(start)) return false;
  return !/\s/.test(start.replace(/"(?:[^"\\]|\\.)*"?/g, ''));
}

/** A list keeps to be one, with what it leaves out as its last item. */
function aboutFewer(notification: Notification, limit: number, template: string, execute: Execute): Json | undefined {
  const render: Render = (data, enough) => execute(template, data, enough);
  const data = templateData(notification);
  if (!Array.isArray(retype(render({ ...data, alerts: data.alerts.slice(0, 1) })))) {
    return tellOfFewer(notification, limit, render, { size: jsonBytes });
  }
  const open: Render = (some, enough) => {
    const text = render(some, enough).trimEnd();
    const start = text.endsWith(']') ? text.slice(0, -1) : text;
    return start.endsWith('[') ? start : `${start},`;
  };
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
