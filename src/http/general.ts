// GET /api/v2/status and /api/v2/receivers.

import type { ServerResponse } from 'node:http';
import { matchesAll } from '../model/matcher.ts';
import { formatTime } from '../model/time.ts';
import { sendJson } from './answer.ts';
import { jsonString, labelsJson } from './json.ts';
import type { Api } from './ports.ts';
import type { Query } from './query.ts';
import { readReceiverMatchers } from './selection.ts';

export function getStatus(api: Api, res: ServerResponse): void {
  const { state, options } = api;
  const { version } = options;
  const cluster = options.cluster();
  const peers = [...cluster.peers]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((peer) => `{"address":${jsonString(peer.address)},"name":${jsonString(peer.name)}}`);
  const name = cluster.name === undefined ? '' : `"name":${jsonString(cluster.name)},`;
  const text = (key: keyof typeof version): string => `"${key}":${jsonString(version[key])}`;
  sendJson(
    res,
    200,
    `{"cluster":{${name}"peers":[${peers.join(',')}],"status":"${cluster.status}"},` +
      `"config":{"original":${jsonString(state.config().original)}},` +
      `"uptime":"${formatTime(state.startedAt)}",` +
      `"versionInfo":{${text('branch')},${text('buildDate')},${text('buildUser')},${text('goVersion')},${text('revision')},${text('version')}}}\n`,
  );
}

/** In the order of the file. */
export function getReceivers(api: Api, query: Query, res: ServerResponse): void {
  const matchers = readReceiverMatchers(query, api.options.matcherMode);
  const receivers = api.state.config().receivers.filter((receiver) => matchesAll(matchers, receiver.labels));
  const json = receivers.map(({ name, labels }) => {
    const text = labelsJson(labels);
    return text === '{}' ? `{"name":${jsonString(name)}}` : `{"labels":${text},"name":${jsonString(name)}}`;
  });
  sendJson(res, 200, `[${json.join(',')}]\n`);
}
