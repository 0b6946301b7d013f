// How many GET requests are served at once and how long any request may take; both answer as Alertmanager does.

import { availableParallelism } from 'node:os';
import type { NextFunction, Request, Response } from 'express';
import { formatGoDuration } from '../model/duration.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { sendText } from './answer.ts';

type Middleware = (req: Request, res: Response, next: NextFunction) => void;

/**
 * Refuses a GET request with 503 while `limit` others are being served.
 *
 * @param limit 0 is the number of processors, at least 8
 */
export function limitConcurrency(limit: number, metrics: Metrics): Middleware {
  const most = limit > 0 ? limit : Math.max(availableParallelism(), 8);
  let serving = 0;
  return (req, res, next) => {
    if (req.method !== 'GET') {
      next();
      return;
    }
    if (serving >= most) {
      metrics.httpRefused();
      sendText(res, 503, `Limit of concurrent GET requests reached (${most}), try again later.\n\n`);
      return;
    }
    serving++;
    metrics.httpInFlight(1);
    res.once('close', () => {
      serving--;
      metrics.httpInFlight(-1);
    });
    next();
  };
}

/** Answers 503 when a request has not been answered in that time; an answer that is under way is broken off. */
export function limitTime(timeoutMs: number): Middleware {
  if (timeoutMs <= 0) return (_req, _res, next) => next();
  const text = `Exceeded configured timeout of ${formatGoDuration(timeoutMs)}.\n`;
  return (_req, res, next) => {
    const timer = setTimeout(() => {
      if (res.headersSent) res.destroy();
      else sendText(res, 503, text);
    }, timeoutMs);
    res.once('close', () => clearTimeout(timer));
    next();
  };
}
