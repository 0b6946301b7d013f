// `npm start -- [flags]`: makes ready what is missing, then serves, with the example configuration and ./data unless the
// flags say otherwise.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, setup } from './setup.mjs';

const DEFAULTS = [
  ['--config.file', join('config', 'alertmanager.yml')],
  ['--storage.path', 'data'],
];

try {
  setup();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}

const given = process.argv.slice(2);
// A flag must not be repeated, so a default gives way to what is given.
const missing = DEFAULTS.filter(([name]) => !given.some((word) => word === name || word.startsWith(`${name}=`)));
const server = join(ROOT, 'dist', 'main.js');
process.argv = [process.execPath, server, ...missing.map(([name, path]) => `${name}=${join(ROOT, path)}`), ...given];
// In this very process: signals reach the server as they are sent, and its exit code is the one that is seen.
await import(pathToFileURL(server).href);
