// The page at /: what is going on, for a person without a tool at hand. Rendered here as one document, so that it works
// without a script; a few lines of script only carry the links that notifications hold (`#/alerts?receiver=...`) over
// into the query that this page reads.

import express, { type Request, type Response, type Router } from 'express';
import type { Matcher } from '../model/matcher.ts';
import { MatcherError } from '../model/matcher.ts';
import { parseMatchers } from '../model/matcher-parse.ts';
import { describeFailedReload } from '../runtime/in-force.ts';
import { selectAlerts } from './alerts.ts';
import { ApiError, send } from './answer.ts';
import { selectGroups } from './groups.ts';
import { route } from './management.ts';
import { ICON, SCRIPT, STYLE } from './page-assets.ts';
import { type PageContent, renderPage } from './page-view.ts';
import type { Api } from './ports.ts';
import { Query } from './query.ts';
import { Selection } from './selection.ts';
import { selectSilences } from './silences.ts';

export function pageRouter(api: Api): Router {
  const router = express.Router({ caseSensitive: true });
  route(router, '/', ['GET'], (req, res) => {
    res.setHeader('Content-Security-Policy', POLICY);
    res.setHeader('X-Frame-Options', 'DENY');
    res.setHeader('Referrer-Policy', 'no-referrer');
    res.setHeader('Cache-Control', 'no-store');
    send(res, 200, 'text/html; charset=utf-8', renderPage(gather(api, req)));
  });
  asset(router, '/assets/page.css', 'text/css; charset=utf-8', STYLE);
  asset(router, '/assets/page.js', 'text/javascript; charset=utf-8', SCRIPT);
  asset(router, '/favicon.ico', 'image/svg+xml', ICON);
  return router;
}

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function asset(router: Router, path: string, contentType: string, text: string): void {
  route(router, path, ['GET'], (_req: Request, res: Response) => {
    res.setHeader('Cache-Control', 'no-cache');
    send(res, 200, contentType, text);
  });
}

function gather(api: Api, req: Request): PageContent {
  const query = new Query(req.url);
  const asked = {
    filter: query.all('filter').join(', '),
    receiver: query.last('receiver') ?? '',
    silenced: query.flag('silenced'),
    inhibited: query.flag('inhibited'),
  };
  const { state, options } = api;
  const about = {
    now: state.now(),
    startedAt: state.startedAt,
    version: options.version.version,
    cluster: options.cluster(),
    config: state.config().original,
    ready: state.ready(),
    loadedAt: state.configuration().loadedAt,
    failedReload: describeFailedReload(state.configuration()),
  };
  try {
    const filters = query.all('filter').flatMap((text) => readFilter(text, api));
    const selection = new Selection(query, api, filters);
    return {
      ...about,
      asked,
      problem: '',
      alerts: selectAlerts(api, query, selection).sort((a, b) => b.alert.startsAt - a.alert.startsAt),
      groups: selectGroups(api, query, selection),
      silences: selectSilences(api, query, filters),
    };
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof MatcherError)) throw error;
    return { ...about, asked, problem: error.message, alerts: [], groups: [], silences: [] };
  }
}

/** Any number of matchers, with or without braces around them. */
function readFilter(text: string, api: Api): readonly Matcher[] {
  return text.trim() === '' ? [] : parseMatchers(text, api.options.matcherMode).matchers;
}
