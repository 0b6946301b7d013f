// What tests of receivers share: settings as the configuration would give them, and the world for one attempt.

import { readFile } from 'node:fs/promises';
import type { FieldSpec, Schema } from '../../src/model/schema.ts';
import type { ReceiverIO } from '../../src/receivers/receiver.ts';
import { type HttpClientSettings, httpClientSchema } from '../../src/receivers/settings/http.ts';

/** The instant of every attempt in tests: 2024-05-06T07:08:09Z. */
export const NOW = Date.UTC(2024, 4, 6, 7, 8, 9);

/** An attempt's world: real files, and no deadline unless one is given. */
export function attemptIO(overrides: Partial<ReceiverIO> = {}): ReceiverIO {
  return {
    signal: new AbortController().signal,
    now: NOW,
    readFile: (path) => readFile(path, 'utf8'),
    ...overrides,
  };
}

/** The settings of a section in which only those keys are given. */
export function settingsOf<T>(schema: Schema<T>, given: Partial<T>): T {
  const settings = { ...(defaultsOf(schema) as T), ...given };
  return schema.normalize?.(settings) ?? settings;
}

export function httpSettings(given: Partial<HttpClientSettings> = {}): HttpClientSettings {
  return settingsOf(httpClientSchema, given);
}

function defaultsOf(schema: Schema<unknown>): unknown {
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, defaultOf(field)]));
}

function defaultOf(field: FieldSpec): unknown {
  if (field.is === 'scalar' || field.is === 'choice') return field.default;
  if (field.is === 'parsed') return undefined;
  if (field.is === 'list') return field.optional === true ? undefined : [];
  if (field.is === 'map') return {};
  return field.optional && field.global === undefined ? undefined : defaultsOf(field.of);
}
