// URLs that something is appended to. Apart because several receivers' APIs are reached below such a URL.

/** The URL with a slash at the end of its path, as Alertmanager keeps those of APIs. */
export function asFolder(address: string): string {
  const [path, rest] = split(address);
  return path === '' || /(\/|%2f)$/i.test(path) ? address : `${path}/${rest}`;
}

/** The URL of what has that path, escaped already, below a URL that ends in a slash. */
export function inFolder(folder: string, path: string): string {
  const [above, rest] = split(folder);
  return above + path + rest;
}

/** The URL up to its path's end, and the query and fragment. */
function split(address: string): [string, string] {
  const end = address.search(/[?#]|$/);
  return [address.slice(0, end), address.slice(end)];
}
