// `tracing:` and `event_recorder:`: read and checked as Alertmanager does, so that a file which has them is not refused.

import {
  bool,
  choice,
  count,
  duration,
  embedded,
  type Field,
  type Finding,
  file,
  list,
  number,
  type Schema,
  secretUrl,
  section,
  type Tables,
  text,
} from '../model/schema.ts';
import { MASK, type Secret } from '../model/secret.ts';

interface Tracing {
  readonly client_type: string;
  readonly endpoint: string;
  readonly sampling_fraction: number;
  readonly insecure: boolean;
  readonly tls_config: unknown;
  readonly headers: unknown;
  readonly compression: string;
  readonly timeout: number;
}

export function tracingSchema(tables: Tables): Schema<Tracing> {
  return {
    title: 'tracing',
    fields: {
      client_type: choice(['http', 'grpc'], 'grpc'),
      endpoint: text(),
      sampling_fraction: number(),
      insecure: bool(),
      tls_config: section(tables.tls, { unresolvedInPrint: true }),
      headers: tables.headers,
      compression: choice(['', 'gzip'], ''),
      timeout: duration(),
    },
    check: ({ endpoint }) => missing({ endpoint }),
  };
}

export interface EventRecorder {
  readonly file_outputs: readonly { readonly path: string }[];
  readonly webhook_outputs: readonly WebhookOutput[];
  readonly kafka_outputs: readonly KafkaOutput[];
  readonly stdout_outputs: readonly object[];
}

interface WebhookOutput {
  readonly url: Secret | undefined;
  readonly http_config: unknown;
  readonly timeout: number;
  readonly workers: number;
  readonly max_retries: number;
  readonly retry_backoff: number;
  readonly batch: boolean;
  readonly batch_max_events: number;
  readonly batch_max_bytes: number;
  readonly batch_flush_interval: number;
}

interface KafkaOutput {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly client_id: string;
  readonly format: string;
  readonly acks: string;
  readonly compression: string;
  readonly buffer_size: number;
  readonly tls_config: unknown;
}

export function eventRecorderSchema(tables: Tables): Schema<EventRecorder> {
  return {
    title: 'event_recorder',
    fields: {
      file_outputs: list(embedded(fileOutput)),
      webhook_outputs: list(embedded(webhookOutput(tables))),
      kafka_outputs: list(embedded(kafkaOutput(tables))),
      stdout_outputs: list(embedded(stdoutOutput)),
    },
  };
}

const fileOutput: Schema<{ readonly path: string }> = {
  title: 'file output',
  fields: { path: file({ always: true, resolvedInPrint: true }) },
  check: ({ path }) => missing({ path }),
};

const stdoutOutput: Schema<object> = { title: 'stdout output', fields: {} };

function webhookOutput(tables: Tables): Schema<WebhookOutput> {
  return {
    title: 'webhook output',
    fields: {
      url: secretUrl({ always: true }),
      http_config: section(tables.http),
      timeout: duration(),
      workers: count(),
      max_retries: count(),
      retry_backoff: duration(),
      batch: bool(),
      batch_max_events: count(),
      batch_max_bytes: count(),
      batch_flush_interval: duration(),
    },
    check: (given) => [
      ...missing({ url: given.url?.reveal() === MASK ? '' : (given.url?.reveal() ?? '') }),
      ...(['batch_max_events', 'batch_max_bytes', 'batch_flush_interval'] as const)
        .filter((key) => !given.batch && given[key] !== 0)
        .map((key) => ({ keys: [key], message: `${key} means nothing without batch: true: add that, or remove it` })),
    ],
  };
}

function kafkaOutput(tables: Tables): Schema<KafkaOutput> {
  return {
    title: 'Kafka output',
    fields: {
      brokers: list(text(), { always: true }),
      topic: text({ always: true }),
      client_id: text(),
      format: choice(['json', 'protobuf'], 'json'),
      acks: optional(['none', 'leader', 'all']),
      compression: optional(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
      buffer_size: count(),
      tls_config: section(tables.tls),
    },
    check: (given) => [
      ...missing({ topic: given.topic, brokers: given.brokers.join('') }),
      ...(given.brokers.length > 0 && given.brokers.includes('')
        ? [{ keys: ['brokers'], message: 'a broker is empty: write host:port, or remove it' }]
        : []),
    ],
  };
}

function optional(words: readonly string[]): Field<string> {
  return choice(['', ...words], '');
}

function missing(values: Readonly<Record<string, string>>): Finding[] {
  return Object.entries(values)
    .filter(([, value]) => value === '')
    .map(([key]) => ({ keys: [key], message: `${key} is missing: add it` }));
}
