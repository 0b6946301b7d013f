// Secrets that are templates: an address or a key may depend on the alerts. They are executed in `render` where they
// stand in the configuration, and in `send` where they stand in a file.

import { Secret } from '../model/secret.ts';
import type { TemplateData } from '../template/data.ts';
import { TemplateError, type Templates } from '../template/templates.ts';
import type { ReceiverIO } from './receiver.ts';

export interface Confidential {
  /** Rendered already; `undefined` when it stands in the file. */
  readonly inline: Secret | undefined;
  readonly file: string;
  /** Executes what the file holds. Throws a `TemplateError`. */
  readonly execute: (template: string) => string;
}

/**
 * The secret of that name, from the configuration or from a file. Throws a `TemplateError` whose message does not quote
 * the template.
 */
export function confidential(
  name: string,
  secret: Secret | undefined,
  file: string,
  templates: Templates,
  data: TemplateData,
): Confidential {
  const execute = (template: string) => {
    try {
      return templates.text(template, data);
    } catch (error) {
      if (error instanceof TemplateError) throw new TemplateError(`the template in ${name} fails`);
      throw error;
    }
  };
  const text = secret?.reveal() ?? '';
  return { inline: text === '' && file !== '' ? undefined : new Secret(execute(text)), file, execute };
}

/** The value at the moment of use. Rejects as `readFile` does, or with a `TemplateError`. */
export async function reveal(secret: Confidential, io: ReceiverIO): Promise<string> {
  if (secret.inline !== undefined) return secret.inline.reveal();
  return secret.execute((await io.readFile(secret.file)).trim());
}
