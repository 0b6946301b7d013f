// How answers are written: the JSON of API v2, its two kinds of errors, plain text. One place, so that an answer that
// comes too late, after the deadline has answered, is dropped everywhere.

import type { ServerResponse } from 'node:http';
import { jsonString } from './json.ts';

/** A request that cannot be served; the error handler answers with `body`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: string;

  constructor(status: number, message: string, body: string) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** An error as Alertmanager's own handlers answer it: a JSON string. */
export function failure(status: number, message: string): ApiError {
  return new ApiError(status, message, `${jsonString(message)}\n`);
}

/**
 * An error as go-openapi answers it: `{"code":602,"message":"..."}`. Codes from 600 on are its own kinds of validation
 * errors and go out with the status 422.
 */
export function refusal(code: number, message: string): ApiError {
  return new ApiError(code >= 600 ? 422 : code, message, `{"code":${code},"message":${jsonString(message)}}`);
}

/** A value is missing: `labels in body is required`. */
export function required(name: string): ApiError {
  return refusal(602, `${name} in body is required`);
}

/** A body that is no JSON or has a value of the wrong type. */
export function unreadable(parameter: string, reason: string): ApiError {
  return refusal(400, `parsing ${parameter} body from "" failed, because ${reason}`);
}

/** Answers with JSON text. */
export function sendJson(res: ServerResponse, status: number, json: string): void {
  send(res, status, 'application/json', json);
}

/** Answers with text as Go's `http.Error` does. */
export function sendText(res: ServerResponse, status: number, text: string): void {
  send(res, status, 'text/plain; charset=utf-8', text);
}

/** Answers without a body. */
export function sendNothing(res: ServerResponse, status: number): void {
  if (isOver(res)) return;
  res.statusCode = status;
  if (status !== 204) res.setHeader('Content-Length', 0);
  res.end();
}

export function send(res: ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  if (isOver(res)) return;
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  res.setHeader('Content-Length', bytes.length);
  res.end(res.req.method === 'HEAD' ? undefined : bytes);
}

/** Whether somebody has answered already, or nobody listens any more. */
export function isOver(res: ServerResponse): boolean {
  return res.headersSent || res.writableEnded || res.destroyed;
}
