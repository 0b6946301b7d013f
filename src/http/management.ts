// What operators and their tools ask of any Prometheus program: is it alive, is it ready, read your configuration, what
// have you counted. Served as plain text, with Alertmanager's answers.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express, { type Request, type Response, type Router } from 'express';
import { describeFailedReload } from '../runtime/in-force.ts';
import { send, sendNothing, sendText } from './answer.ts';
import type { Api } from './ports.ts';

const compress = promisify(gzip);

export function managementRouter(api: Api): Router {
  const router = express.Router({ caseSensitive: true });
  route(router, '/-/healthy', ['GET', 'HEAD'], (req, res) => say(req, res, 200, 'OK'));
  route(router, '/-/ready', ['GET', 'HEAD'], (req, res) => {
    const { ok, message } = api.state.ready();
    if (!ok) return say(req, res, 503, message);
    // The old configuration serves as before: nothing to take a server out of service for.
    const failed = describeFailedReload(api.state.configuration());
    say(req, res, 200, failed === undefined ? 'OK' : `OK\n${failed}\n`);
  });
  route(router, '/-/reload', ['POST'], async (_req, res) => {
    try {
      await api.state.reload();
    } catch (error) {
      sendText(res, 500, `failed to reload config: ${error instanceof Error ? error.message : String(error)}\n`);
      return;
    }
    sendNothing(res, 200);
  });
  route(router, '/metrics', ['GET'], async (req, res) => {
    const { text, contentType } = await api.options.metrics.exposition();
    res.setHeader('Vary', 'Accept-Encoding');
    if (!/\bgzip\b(?!\s*;\s*q=0(?:[,\s]|$))/.test(String(req.headers['accept-encoding'] ?? ''))) {
      send(res, 200, contentType, text);
      return;
    }
    const packed = await compress(text);
    if (!res.headersSent) res.setHeader('Content-Encoding', 'gzip');
    send(res, 200, contentType, packed);
  });
  return router;
}

/** Serves the path with these methods; others are answered with 405, and OPTIONS with what is allowed. */
export function route(
  router: Router,
  path: string,
  methods: readonly ('GET' | 'HEAD' | 'POST')[],
  handle: (req: Request, res: Response) => void | Promise<void>,
): void {
  const allowed = [...methods, 'OPTIONS'].sort().join(', ');
  router.all(path, async (req, res) => {
    res.locals['handler'] = path;
    res.locals['sized'] = true;
    if (methods.some((method) => method === req.method)) {
      await handle(req, res);
      return;
    }
    res.setHeader('Allow', allowed);
    if (req.method === 'OPTIONS') sendNothing(res, 200);
    else sendText(res, 405, 'Method Not Allowed\n');
  });
}

function say(req: Request, res: Response, status: number, text: string): void {
  if (req.method === 'HEAD') sendNothing(res, status);
  else sendText(res, status, text);
}
