// Reads the files in which an Alertmanager keeps its silences and its notification log: protobuf messages one after the
// other, each behind its length (`silencepb.MeshSilence` and `nflogpb.MeshEntry`).

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { foreignName } from '../engine/imported.ts';
import type { LogEntry } from '../engine/types.ts';
import type { LabelSet } from '../model/labels.ts';
import { type Matcher, MatcherError, type MatchType, newMatcher } from '../model/matcher.ts';
import type { Silence } from '../model/silence.ts';

/** What one file holds. */
export interface AlertmanagerSnapshot {
  readonly kind: 'silences' | 'nflog';
  readonly silences: readonly Expiring<Silence>[];
  readonly log: readonly LogEntry[];
  /** What cannot be taken over, and why. */
  readonly skipped: readonly string[];
}

/** When Alertmanager would have forgotten it, milliseconds since 1970. */
export type Expiring<T> = T & { readonly expiresAt: number };

/** The file is no such snapshot, or is cut off or damaged. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** Fields by number; the values of a repeated one in their order. */
type Message = ReadonlyMap<number, readonly Value[]>;
type Value = bigint | Uint8Array;

/** Throws a `SnapshotError`. */
export function readSnapshot(bytes: Uint8Array): AlertmanagerSnapshot {
  const records = readRecords(bytes);
  const silences: Expiring<Silence>[] = [];
  const log: LogEntry[] = [];
  const skipped: string[] = [];
  // Group keys begin with the matchers of the root route, which are none; ids of silences are UUIDs.
  const isLog = records.some((record) => keyOf(record).startsWith('{'));
  for (const record of records) {
    try {
      if (isLog) log.push(logEntryOf(record));
      else silences.push(silenceOf(record));
    } catch (error) {
      if (!(error instanceof MatcherError || error instanceof SnapshotError)) throw error;
      skipped.push(`${isLog ? 'entry' : 'silence'} ${keyOf(record)}: ${error.message}`);
    }
  }
  return { kind: isLog ? 'nflog' : 'silences', silences, log, skipped };
}

/** The group's key or the silence's id; '' where it is damaged. */
function keyOf(record: Message): string {
  const key = inner(record, 1).get(1)?.at(-1);
  return key instanceof Uint8Array ? Buffer.from(key).toString('utf8') : '';
}

function readRecords(bytes: Uint8Array): Message[] {
  const reader = new BinaryReader(bytes);
  const records: Message[] = [];
  try {
    while (reader.pos < reader.len) {
      const record = readMessage(reader.bytes());
      // Both kinds hold what they are about in field 1.
      if (record.get(1)?.[0] instanceof Uint8Array) records.push(record);
      else throw new SnapshotError(`record ${records.length + 1} holds neither a silence nor a notification`);
      readMessage(bytesOf(record, 1));
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // An Alertmanager never leaves one behind that is cut off: it writes another file and renames that.
    const hint =
      bytes[0] === 0x1f && bytes[1] === 0x8b
        ? '; it is compressed: gunzip it first'
        : records.length > 0
          ? `; it is whole up to record ${records.length}: copy it again`
          : '';
    throw new SnapshotError(
      `not a snapshot of an Alertmanager's silences or notification log, or damaged: ${why}${hint}`,
    );
  }
  return records;
}

/** Throws a `SnapshotError`. */
function readMessage(bytes: Uint8Array): Message {
  try {
    return fieldsOf(bytes);
  } catch (error) {
    throw new SnapshotError(error instanceof Error ? error.message : String(error));
  }
}

function fieldsOf(bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Value[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const values = fields.get(number) ?? [];
    fields.set(number, values);
    if (type === WireType.Varint) values.push(BigInt(reader.uint64()));
    else if (type === WireType.LengthDelimited) values.push(reader.bytes());
    else reader.skip(type, number);
  }
  return fields;
}

function silenceOf(record: Message): Expiring<Silence> {
  const silence = inner(record, 1);
  // Ours would mute the alerts for every receiver.
  if (silence.has(12)) throw new SnapshotError('it is for certain receivers only, which is not supported');
  const sets = (silence.get(11) ?? []).map((set) => matchersOf(readMessage(asBytes(set)), 1));
  const matcherSets = sets.length > 0 ? sets : [matchersOf(silence, 2)];
  // It would silence everything.
  if (matcherSets.some((set) => set.length === 0)) throw new SnapshotError('it has no matchers');
  const oldComment = silence.has(7) ? inner(silence, 7) : undefined;
  return {
    id: textOf(silence, 1),
    matcherSets,
    startsAt: timeOf(silence, 3),
    endsAt: timeOf(silence, 4),
    updatedAt: timeOf(silence, 5),
    createdBy: oldComment === undefined ? textOf(silence, 8) : textOf(oldComment, 1),
    comment: oldComment === undefined ? textOf(silence, 9) : textOf(oldComment, 2),
    annotations: pairsOf(silence, 10),
    expiresAt: timeOf(record, 2),
  };
}

const MATCH_TYPES: readonly MatchType[] = ['=', '=~', '!=', '!~'];

function matchersOf(message: Message, field: number): Matcher[] {
  return (message.get(field) ?? []).map((value) => {
    const matcher = readMessage(asBytes(value));
    const type = MATCH_TYPES[Number(numberOf(matcher, 1))];
    if (type === undefined) throw new SnapshotError('it has a kind of matcher that is not known');
    return newMatcher(textOf(matcher, 2), type, textOf(matcher, 3));
  });
}

function logEntryOf(record: Message): LogEntry {
  const entry = inner(record, 1);
  const receiver = inner(entry, 2);
  const data = new Map((entry.get(8) ?? []).map((value) => pairOf(readMessage(asBytes(value)))));
  const channel = data.get('channelId');
  const thread = data.get('threadTs');
  return {
    groupKey: textOf(entry, 1),
    receiver: textOf(receiver, 1),
    integration: textOf(receiver, 2),
    index: Number(numberOf(receiver, 3)),
    at: timeOf(entry, 5),
    firing: hashesOf(entry, 6),
    resolved: hashesOf(entry, 7),
    expiresAt: timeOf(record, 2),
    ...(channel === undefined || thread === undefined ? {} : { receipt: `${channel}:${thread}` }),
  };
}

/** A text of the data that a receiver leaves with its entry. */
function pairOf(message: Message): [string, string] {
  return [textOf(message, 1), textOf(inner(message, 2), 1)];
}

/** Packed or one by one. */
function hashesOf(message: Message, field: number): string[] {
  const names: string[] = [];
  for (const value of message.get(field) ?? []) {
    if (typeof value === 'bigint') names.push(nameOf(value));
    else names.push(...packed(value).map(nameOf));
  }
  return names.sort();
}

function packed(bytes: Uint8Array): bigint[] {
  const numbers: bigint[] = [];
  try {
    for (const reader = new BinaryReader(bytes); reader.pos < reader.len; ) numbers.push(BigInt(reader.uint64()));
  } catch (error) {
    throw new SnapshotError(error instanceof Error ? error.message : String(error));
  }
  return numbers;
}

function nameOf(hash: bigint): string {
  return foreignName(hash.toString(16).padStart(16, '0'));
}

function pairsOf(message: Message, field: number): LabelSet {
  const pairs: Record<string, string> = Object.create(null);
  for (const value of message.get(field) ?? []) {
    const pair = readMessage(asBytes(value));
    pairs[textOf(pair, 1)] = textOf(pair, 2);
  }
  return pairs;
}

/** A `google.protobuf.Timestamp` in milliseconds since 1970. */
function timeOf(message: Message, field: number): number {
  const time = inner(message, field);
  return Number(BigInt.asIntN(64, numberOf(time, 1))) * 1000 + Math.floor(Number(numberOf(time, 2)) / 1_000_000);
}

function inner(message: Message, field: number): Message {
  return readMessage(bytesOf(message, field));
}

function textOf(message: Message, field: number): string {
  return Buffer.from(bytesOf(message, field)).toString('utf8');
}

/** The last value counts; an absent field is empty. */
function bytesOf(message: Message, field: number): Uint8Array {
  return asBytes(message.get(field)?.at(-1) ?? new Uint8Array());
}

function numberOf(message: Message, field: number): bigint {
  const value = message.get(field)?.at(-1) ?? 0n;
  if (typeof value !== 'bigint') throw new SnapshotError(`field ${field} is not a number`);
  return value;
}

function asBytes(value: Value): Uint8Array {
  if (typeof value === 'bigint') throw new SnapshotError('a number stands where a message should be');
  return value;
}
