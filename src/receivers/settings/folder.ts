// URLs that something is appended to. Apart because several receivers' APIs are reached below such a URL.

/** The URL with a slash at the end of its path, as Alertmanager keeps those of APIs. */
export function asFolder(address: string): string {
  const end = address.search(/[?#]|$/);
  const path = address.slice(0, end);
  return path === '' || /(\/|%2f)$/i.test(path) ? address : `${path}/${address.slice(end)}`;
}
