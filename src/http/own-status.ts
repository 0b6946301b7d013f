// GET /api/tocsin/v1/status: what runs here and with which configuration, and how the last attempt to read it anew ended.
// Alertmanager's own status has no place for that, and its clients are strict.

import express, { type Router } from 'express';
import { formatTime } from '../model/time.ts';
import { sendJson } from './answer.ts';
import { route } from './management.ts';
import type { Api } from './ports.ts';

export function ownStatusRouter(api: Api): Router {
  const router = express.Router({ caseSensitive: true });
  route(router, '/api/tocsin/v1/status', ['GET'], (_req, res) => {
    const { version } = api.options;
    const { file, hash, loadedAt, lastReload } = api.state.configuration();
    res.setHeader('Cache-Control', 'no-store');
    const status = {
      version: version.revision,
      alertmanagerVersion: version.version,
      startedAt: formatTime(api.state.startedAt),
      configuration: {
        file,
        hash,
        loadedAt: formatTime(loadedAt),
        lastReload: { at: formatTime(lastReload.at), ok: lastReload.ok, problems: lastReload.problems },
      },
    };
    sendJson(res, 200, `${JSON.stringify(status)}\n`);
  });
  return router;
}
