// Which texts Go takes for a request URI (`url.ParseRequestURI`): that is what Alertmanager's API demands of a
// `generatorURL`, and a batch is refused when one of its alerts has another.

import { isIPv6 } from 'node:net';

/** Whether the text is an absolute path, or a URI with a scheme whose host, port and escapes are well-formed; a fragment may be anything. */
export function isRequestUri(uri: string): boolean {
  const hash = uri.indexOf('#');
  const text = hash < 0 ? uri : uri.slice(0, hash);
  if (text === '' || hasControl(text)) return false;
  if (text === '*') return true;
  const colon = schemeEnd(text);
  if (colon === 0) return false;
  const hasScheme = colon > 0;
  const start = hasScheme ? colon + 1 : 0;
  const mark = text.indexOf('?', start);
  const end = mark < 0 ? text.length : mark;
  if (text[start] !== '/' || start >= end) return hasScheme;
  let path = start;
  if (hasScheme && text[start + 1] === '/' && start + 1 < end) {
    const slash = text.indexOf('/', start + 2);
    path = slash < 0 || slash > end ? end : slash;
    if (!isAuthority(text.slice(start + 2, path))) return false;
  }
  const percent = text.indexOf('%', path);
  return percent < 0 || percent >= end || !BROKEN_ESCAPE.test(text.slice(path, end));
}

const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
/** Other bytes than ASCII are taken as they are. */
const HOST = /^[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"\u0080-\u{10ffff}]*$/u;
/** In a host, only what is not ASCII may be escaped, and the percent sign itself. */
const HOST_ESCAPE = /%(?:25|[89a-fA-F][0-9a-fA-F])/g;
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c === 0x7f) return true;
  }
  return false;
}

/** Where the scheme's colon is: -1 when there is no scheme, 0 when there is a colon without one. */
function schemeEnd(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (/[a-zA-Z]/.test(c)) continue;
    if (c === ':') return i;
    if (i === 0 || !/[0-9+\-.]/.test(c)) return -1;
  }
  return -1;
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (user !== '' && (!USER.test(user) || BROKEN_ESCAPE.test(user))) return false;
  return isHost(authority.slice(at + 1));
}

function isHost(host: string): boolean {
  const bracket = host.indexOf('[');
  if (bracket > 0) return false;
  if (bracket === 0) {
    const close = host.lastIndexOf(']');
    if (close < 0 || !isPort(host.slice(close + 1))) return false;
    // A zone (`%25eth0`) may hold any escape.
    const zone = host.indexOf('%25');
    if (zone < 0) return !host.includes('%') && isIPv6(host.slice(1, close));
    return isIPv6(host.slice(1, zone)) && zone + 3 < close && !BROKEN_ESCAPE.test(host.slice(zone, close));
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !isPort(host.slice(colon))) return false;
  return HOST.test(host.includes('%') ? host.replace(HOST_ESCAPE, '') : host);
}

/** Nothing, or a colon and digits, or a colon alone. */
function isPort(text: string): boolean {
  return /^(?::[0-9]*)?$/.test(text);
}
