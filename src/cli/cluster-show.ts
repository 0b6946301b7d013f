// `tocsinctl cluster show`: whether there are other servers beside this one, and which.

import { isIPv6 } from 'node:net';
import { statusIn } from './answers.ts';
import type { ApiPeer } from './api-types.ts';
import { callApi } from './client.ts';
import { aligned, json } from './table.ts';
import type { Values } from './values.ts';

export async function showCluster({ session }: Values): Promise<void> {
  const { cluster } = statusIn(await callApi(session, 'getStatus'), 'cluster');
  const { terminal, format } = session;
  if (format === 'json') {
    terminal.out(json(cluster));
    return;
  }
  const rows = [
    ['Cluster Status:', cluster.status],
    ['Node Name:', cluster.name ?? ''],
  ];
  if (format === 'extended') {
    const peers = [...(cluster.peers ?? [])].sort(byAddress);
    rows.push([''], ['Address', 'Name'], ...peers.map(({ address, name }) => [address, name, '']));
  }
  terminal.out(aligned(rows));
}

function byAddress(a: ApiPeer, b: ApiPeer): number {
  const [one, other] = [keyOf(a.address), keyOf(b.address)];
  return one.host === other.host ? one.port - other.port : one.host < other.host ? -1 : 1;
}

/** Addresses of both families in one order: by their sixteen bytes, those of version 4 after `::ffff:`. */
function keyOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: isIPv6(host) ? sixteen(host) : four(host), port: Number(address.slice(colon + 1)) || 0 };
}

function four(host: string): string {
  const bytes = host.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${'0'.repeat(20)}ffff${bytes.join('')}`;
}

function sixteen(host: string): string {
  const [head = '', tail] = host.split('::');
  const groups = (text: string): string[] =>
    text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const between = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0000');
  return [...before, ...between, ...after].join('').toLowerCase();
}
