// Where the package's own files are, both when it runs from src/ and from dist/.

import { fileURLToPath } from 'node:url';

/** A file of the package, such as `packageFile('templates', 'default.tmpl')`. */
export function packageFile(...parts: readonly string[]): string {
  return fileURLToPath(new URL(`../../${parts.join('/')}`, import.meta.url));
}
