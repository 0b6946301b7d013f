// The frame of /api/v2: which methods each path has, CORS, content types, and the errors that go-openapi answers before
// a request is even looked at.

import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { getAlerts, postAlerts } from './alerts.ts';
import { ApiError, isOver, refusal, sendJson, sendNothing } from './answer.ts';
import { BodyBudget } from './body.ts';
import { getReceivers, getStatus } from './general.ts';
import { getGroups } from './groups.ts';
import type { Api } from './ports.ts';
import { Query } from './query.ts';
import { deleteSilence, getSilence, getSilences, postSilences } from './silences.ts';

/** Everything under /api/v2, which it must be mounted at. */
export function apiRouter(api: Api): Router {
  const router = express.Router({ caseSensitive: true });
  const bodies = new BodyBudget(api.options.maxBodyBytes, api.options.maxBodiesBytes);
  const query = (req: Request): Query => new Query(req.url);
  const silenceId = (req: Request): string => String(req.params['id']);

  router.use(cors);
  resource(router, '/status', { GET: (_, res) => getStatus(api, res) });
  resource(router, '/receivers', { GET: (req, res) => getReceivers(api, query(req), res) });
  resource(router, '/alerts', {
    GET: (req, res) => getAlerts(api, query(req), res),
    POST: async (req, res) => postAlerts(api, await bodies.read(req), res),
  });
  resource(router, '/alerts/groups', { GET: (req, res) => getGroups(api, query(req), res) });
  resource(router, '/silences', {
    GET: (req, res) => getSilences(api, query(req), res),
    POST: async (req, res) => postSilences(api, await bodies.read(req), res),
  });
  resource(router, '/silence/:id', {
    GET: (req, res) => getSilence(api, silenceId(req), res),
    DELETE: (req, res) => deleteSilence(api, silenceId(req), res),
  });
  router.use((req, res) => {
    res.locals['handler'] = '/api/v2/{unknown}';
    throw refusal(404, `path ${pathOf(req.originalUrl)} was not found`);
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

/** The answer of API v1, which Alertmanager has removed. */
export function removedApi(): Router {
  const router = express.Router({ caseSensitive: true });
  const gone = (_req: Request, res: Response): void => sendJson(res, 410, DEPRECATED);
  for (const path of ['/status', '/receivers', '/alerts', '/silences', '/silence/:id']) router.get(path, gone);
  for (const path of ['/alerts', '/silences']) router.post(path, gone);
  router.delete('/silence/:id', gone);
  return router;
}

const DEPRECATED =
  '{"status":"deprecated","error":"The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API"}\n';

type Handler = (req: Request, res: Response) => void | Promise<void>;

function resource(router: Router, path: string, methods: Readonly<Record<string, Handler>>): void {
  const allowed = Object.keys(methods).sort();
  router.all(path, async (req, res) => {
    res.locals['handler'] = `/api/v2${path.replace(':id', '{silenceID}')}`;
    const handle = Object.hasOwn(methods, req.method) ? methods[req.method] : undefined;
    if (handle === undefined) {
      res.setHeader('Allow', allowed.join(','));
      throw refusal(405, `method ${req.method} is not allowed, but [${allowed.join(',')}] are`);
    }
    checkTypes(req);
    await handle(req, res);
  });
}

/** Throws a refusal when the body is not JSON by its header, or, in requests without a body, when JSON is not accepted. */
function checkTypes(req: Request): void {
  if (hasBody(req)) {
    const header = req.headers['content-type'] ?? '';
    const type = (header === '' ? 'application/octet-stream' : header).split(';', 1)[0]!.trim().toLowerCase();
    if (!type.includes('/')) {
      throw refusal(
        400,
        `parsing Content-Type header from ${JSON.stringify(header)} failed, because it has no subtype`,
      );
    }
    if (type !== 'application/json') {
      throw refusal(415, `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`);
    }
  } else if (!acceptsJson(req.headers.accept)) {
    throw refusal(406, 'unsupported media type requested, only [application/json] are available');
  }
}

function hasBody(req: Request): boolean {
  return Number(req.headers['content-length'] ?? 0) > 0 || req.headers['transfer-encoding'] !== undefined;
}

const ACCEPTED = new Set(['application/json', 'application/*', '*/*']);

function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  return accept.split(',').some((part) => {
    const [type, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return ACCEPTED.has(type!) && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/** Any site may read, and post what needs no preflight beyond a content type; none may delete. As Alertmanager has it. */
function cors(req: Request, res: Response, next: NextFunction): void {
  const { origin } = req.headers;
  const asked = req.headers['access-control-request-method'];
  if (req.method === 'OPTIONS' && asked !== undefined) {
    res.setHeader('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
    const headers = req.headers['access-control-request-headers'];
    if (origin !== undefined && SIMPLE_METHODS.has(asked) && areSimple(headers)) {
      res.setHeader('Access-Control-Allow-Origin', '*');
      res.setHeader('Access-Control-Allow-Methods', asked);
      if (headers !== undefined) res.setHeader('Access-Control-Allow-Headers', headers);
    }
    sendNothing(res, 204);
    return;
  }
  if (isOver(res)) return;
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Vary', 'Origin');
  if (origin !== undefined && (SIMPLE_METHODS.has(req.method) || req.method === 'OPTIONS')) {
    res.setHeader('Access-Control-Allow-Origin', '*');
  }
  next();
}

const SIMPLE_METHODS = new Set(['GET', 'POST', 'HEAD']);
const SIMPLE_HEADERS = new Set(['accept', 'content-type', 'x-requested-with']);

function areSimple(headers: string | undefined): boolean {
  return headers === undefined || headers.split(',').every((name) => SIMPLE_HEADERS.has(name.trim().toLowerCase()));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0]!;
}
