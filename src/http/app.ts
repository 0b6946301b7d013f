// The web server's routes and what surrounds them: limits, counting, headers, the prefix under which everything lives.

import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { ApiError, sendText } from './answer.ts';
import { apiRouter, removedApi } from './api.ts';
import { limitConcurrency, limitTime } from './limits.ts';
import { managementRouter } from './management.ts';
import { ownStatusRouter } from './own-status.ts';
import { pageRouter } from './page.ts';
import type { Api, AppOptions, ServerState } from './ports.ts';
import { receiverTestRouter } from './receiver-test.ts';

/** The express application; `listen` serves it. */
export function createApp(state: ServerState, options: AppOptions): Express {
  const api: Api = { state, options };
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.use(observe(api));
  app.use((_req, res, next) => {
    res.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use(cleanPath);
  app.use(limitTime(options.timeoutMs));
  app.use(limitConcurrency(options.getConcurrency, options.metrics));

  const root = express.Router({ caseSensitive: true });
  root.use('/api/v2', apiRouter(api));
  root.use('/api/v1', removedApi());
  root.use('/api/tocsin/v1', receiverTestRouter(api));
  root.use(ownStatusRouter(api));
  root.use(managementRouter(api));
  root.use(pageRouter(api));
  if (options.routePrefix === '') {
    app.use(root);
  } else {
    const home = `${options.routePrefix}/`;
    app.get('/', (_req, res) => redirect(res, 302, home));
    app.use(options.routePrefix, (req, res, next) => {
      if (req.originalUrl === options.routePrefix) redirect(res, 301, home);
      else next();
    });
    app.use(options.routePrefix, root);
  }
  app.use((_req, res) => sendText(res, 404, '404 page not found\n'));
  app.use((error: unknown, req: Request, res: Response, _next: NextFunction) => {
    if (error instanceof ApiError) return sendText(res, error.status, `${error.message}\n`);
    if (isClientError(error)) return sendText(res, 400, '400 Bad Request');
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    options.log('error', 'A request failed', { method: req.method, path: req.path, err: message });
    return sendText(res, 500, '500 Internal Server Error\n');
  });
  return app;
}

function observe({ options: { metrics } }: Api) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    res.once('close', () => {
      const handler: unknown = res.locals['handler'];
      if (typeof handler !== 'string') return;
      const method = METHODS.has(req.method) ? req.method.toLowerCase() : 'unknown';
      metrics.httpServed(handler, method, res.statusCode, performance.now() - startedAt);
      if (res.locals['sized'] === true) metrics.httpSize(handler, method, Number(res.getHeader('Content-Length') ?? 0));
    });
    next();
  };
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT']);

/** Doubled slashes and dots are redirected away, as Go's router does: clients are configured with both. */
function cleanPath(req: Request, res: Response, next: NextFunction): void {
  const mark = req.url.indexOf('?');
  const path = mark < 0 ? req.url : req.url.slice(0, mark);
  if (!/\/\/|\/\.{1,2}(?:\/|$)/.test(path)) {
    next();
    return;
  }
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const end = kept.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : '';
  redirect(res, 301, `/${kept.join('/')}${end}${mark < 0 ? '' : req.url.slice(mark)}`);
}

function redirect(res: Response, status: number, to: string): void {
  res.setHeader('Location', to);
  sendText(res, status, '');
}

/** Express says so of paths whose escapes it cannot decode. */
function isClientError(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 400;
}
