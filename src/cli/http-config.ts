// How the server is reached, when `--http.config.file` says it: a file that holds nothing but an `http_config`.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultsOf, type Values } from '../config/absent.ts';
import { Decoder } from '../config/decode.ts';
import { isNull } from '../config/node.ts';
import { resolvePaths } from '../config/paths.ts';
import { Report } from '../config/report.ts';
import { readSource } from '../config/source.ts';
import type { Schema } from '../model/schema.ts';
import { type HttpClientSettings, httpClientSchema } from '../receivers/settings/http.ts';
import { describeErrors } from './problems.ts';
import { CommandError } from './terminal.ts';
import { describeFileError } from './values.ts';

const schema = httpClientSchema as Schema<unknown>;

/** Throws a `CommandError` with every problem of the file. */
export function readHttpConfig(file: string): HttpClientSettings {
  const path = resolve(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CommandError(`failed to load HTTP config file: ${describeFileError('open', file, error)}`);
  }
  const source = readSource(bytes);
  const report = new Report(path, source);
  for (const { at, message } of source.problems) report.error(at, [], message);
  const decoder = new Decoder({ report, unknownKey: () => undefined });
  const empty = source.root === undefined || isNull(source.root);
  const values = empty ? defaultsOf(schema) : decoder.document(source.root, schema);
  if (report.hasErrors) {
    throw new CommandError(`failed to load HTTP config file: ${describeErrors(report.problems())}`);
  }
  const printed = resolvePaths(schema, values, path, true);
  return resolvePaths(schema, printed, path, false) as Values & HttpClientSettings;
}
