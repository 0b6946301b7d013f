// Secrets at the moment of use: from the configuration or from a file that is read anew each time.

import type { Secret } from '../model/secret.ts';
import type { ReceiverIO } from './receiver.ts';

/** A secret, or else the text of a file without the white space around it. Rejects as `readFile` does. */
export async function secretText(inline: Secret | undefined, file: string, io: ReceiverIO): Promise<string> {
  const text = inline?.reveal() ?? '';
  return text === '' && file !== '' ? (await io.readFile(file)).trim() : text;
}

/** As `secretText`, for the keys of an `http_config`, which may also name an entry of a secret manager: that is refused. */
export async function fromConfig(
  inline: Secret | string | undefined,
  file: string,
  ref: string,
  io: ReceiverIO,
): Promise<string> {
  if (ref !== '') throw new Error('the configuration names an entry of a secret manager, and there is none');
  if (file !== '') return (await io.readFile(file)).trim();
  return typeof inline === 'string' ? inline : (inline?.reveal() ?? '');
}
