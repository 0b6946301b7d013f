// POST /api/tocsin/v1/receivers/test: a sample alert through a receiver, and what the other side answered. Not of
// Alertmanager's API, and unlike it open to no other site's pages: it makes people's telephones ring.

import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { DurationError, parseDuration } from '../model/duration.ts';
import { quote } from '../model/gostring.ts';
import type { LabelSet } from '../model/labels.ts';
import { isValidLabelName, type MatcherMode } from '../model/matcher-parse.ts';
import type { TestRequest } from '../runtime/test-send.ts';
import { ApiError, failure, sendJson } from './answer.ts';
import { BodyBudget, typeName, wellFormed } from './body.ts';
import type { Api } from './ports.ts';
import { Query } from './query.ts';

const PATH = '/receivers/test';
/** A few labels and annotations: bytes, for one request and for all that are read at once. */
const BODY = 64 * 1024;
const BODIES = 1024 * 1024;
const TIMEOUT_MS = 10_000;
const LONGEST_MS = 60_000;
const FIELDS = ['receiver', 'integration', 'labels', 'annotations', 'timeout'];

/** To be mounted at /api/tocsin/v1. */
export function receiverTestRouter(api: Api): Router {
  const router = express.Router({ caseSensitive: true });
  const bodies = new BodyBudget(BODY, BODIES);
  router.all(PATH, async (req, res) => {
    res.locals['handler'] = `/api/tocsin/v1${PATH}`;
    if (req.method !== 'POST') {
      res.setHeader('Allow', 'POST');
      throw failure(405, `method ${req.method} is not allowed here: use POST`);
    }
    const type = (req.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
    // Pages of other sites can send any other type without being asked whether they may.
    if (type !== 'application/json') throw failure(415, 'the body must be JSON: send Content-Type: application/json');
    await answer(api, readRequest(await bodies.read(req), new Query(req.url), api.options.matcherMode), res);
  });
  router.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (!(error instanceof ApiError)) {
      next(error);
      return;
    }
    if (error.status === 413) res.setHeader('Connection', 'close');
    sendJson(res, error.status, error.body);
  });
  return router;
}

async function answer({ options }: Api, request: TestRequest, res: Response): Promise<void> {
  const report = await options.testReceiver(request);
  if ('refused' in report) throw failure(report.refused === 'busy' ? 429 : 404, report.message);
  res.setHeader('Cache-Control', 'no-store');
  sendJson(res, 200, `${JSON.stringify(report)}\n`);
}

/** Throws an `ApiError` with the status 400 that says what is wrong with the body. */
function readRequest(body: string, query: Query, mode: MatcherMode): TestRequest {
  const given = parse(body);
  const odd = Object.keys(given).find((name) => !FIELDS.includes(name));
  if (odd !== undefined) throw bad(`there is no field ${quote(odd)}: the fields are ${FIELDS.join(', ')}`);
  const receiver = readText(given['receiver'], 'receiver');
  if (receiver === undefined || receiver === '') throw bad('receiver is missing: name the receiver to be tested');
  const integration = readText(given['integration'], 'integration');
  return {
    receiver,
    ...(integration === undefined ? {} : { integration }),
    labels: readPairs(given['labels'], 'labels', mode),
    annotations: readPairs(given['annotations'], 'annotations', mode),
    timeoutMs: readTimeout(readText(given['timeout'], 'timeout') ?? query.last('timeout')),
  };
}

function parse(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw bad(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return asObject(value, 'it');
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(`${what} must be an object, not ${typeName(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function readText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw bad(`${field} must be a string, not ${typeName(value)}`);
  return wellFormed(value);
}

/** Pairs without empty values, which are the same as none. */
function readPairs(value: unknown, field: string, mode: MatcherMode): LabelSet {
  if (value === undefined || value === null) return {};
  const pairs: [string, string][] = [];
  for (const [name, given] of Object.entries(asObject(value, field))) {
    if (!isValidLabelName(name, mode)) throw bad(`${field}: ${quote(name)} is no valid name`);
    const text = readText(given, `${field}.${name}`) ?? '';
    if (text !== '') pairs.push([name, text]);
  }
  return Object.fromEntries(pairs);
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return TIMEOUT_MS;
  const ms = durationOf(text);
  if (ms <= 0 || ms > LONGEST_MS) throw bad(`timeout must be more than 0 and at most ${LONGEST_MS / 1000}s`);
  return ms;
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError) throw bad(`timeout: ${error.message}: write 30s`);
    throw error;
  }
}

function bad(reason: string): ApiError {
  return failure(400, `the body of a test is not understood: ${reason}`);
}
