// URLs below an address that the operator writes, with a path of its own or without.

/** The URL of that path below the address, whose query is kept. Both are escaped already. */
export function below(address: string, path: string): string {
  const end = address.search(/[?#]|$/);
  return address.slice(0, end).replace(/\/+$/, '') + path + address.slice(end).replace(/#.*/, '');
}
