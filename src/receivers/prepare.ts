// From a notification to one attempt, for any plugin: what goes out instead when a template fails, or when the other side
// refuses a message for its size, so that neither costs anybody a page.

import type { Notification, Outcome } from '../model/notification.ts';
import { TemplateError, type Templates } from '../template/templates.ts';
import { plainText } from './plain.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';

/** A notification that is ready to be sent by one integration. */
export interface Prepared {
  /** What goes out, for people to look at: plain JSON without secrets. */
  readonly preview: unknown;
  /** What a template failed with. A plain text goes out instead. */
  readonly renderError?: string;
  /**
   * One attempt; a second request with a plain text is part of it when the first one is refused for its size. Resolves
   * with an outcome, which tells of that and of the template's failure as well; rejects only because of a bug.
   */
  send(io: ReceiverIO): Promise<Outcome>;
}

/** Pure. Throws only because of a bug. */
export function prepareWith<Settings, Message>(
  plugin: ReceiverPlugin<Settings, Message>,
  settings: Settings,
  notification: Notification,
  templates: Templates,
): Prepared {
  const { message, renderError } = renderSafely(plugin, settings, notification, templates);
  return {
    // Only for those who look at it: most notifications are just sent.
    get preview() {
      return plugin.preview(message);
    },
    ...(renderError === undefined ? {} : { renderError }),
    send: async (io) => {
      const outcome = await plugin.send(message, settings, io);
      if (outcome.ok || outcome.tooLarge !== true) return withRenderError(outcome, renderError);
      const plain = plainText(notification, outcome.message, 'size');
      const short = plugin.renderPlain(notification, settings, lenient(templates), plain);
      const second = await plugin.send(short, settings, io);
      return withRenderError(withRefusal(second, outcome.message), renderError);
    },
  };
}

/** A template that fails must not cost anybody a page: a plain text goes out instead. */
function renderSafely<Settings, Message>(
  plugin: ReceiverPlugin<Settings, Message>,
  settings: Settings,
  notification: Notification,
  templates: Templates,
): { message: Message; renderError?: string } {
  try {
    return { message: plugin.render(notification, settings, templates) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const plain = plainText(notification, error.message, 'template');
    return {
      message: plugin.renderPlain(notification, settings, lenient(templates), plain),
      renderError: error.message,
    };
  }
}

/** Templates that answer '' where they fail. */
function lenient(templates: Templates): Templates {
  const or =
    (execute: Templates['text']): Templates['text'] =>
    (template, data, enough) => {
      try {
        return execute(template, data, enough);
      } catch (error) {
        if (error instanceof TemplateError) return '';
        throw error;
      }
    };
  return {
    text: or((template, data, enough) => templates.text(template, data, enough)),
    html: or((template, data, enough) => templates.html(template, data, enough)),
    routeLabels: (data, failed) => templates.routeLabels(data, failed),
  };
}

/** What came of the plain text, with what came of the message itself. */
function withRefusal(outcome: Outcome, refusal: string): Outcome {
  if (outcome.ok) return withWarning(outcome, `the message was too large, so that a plain text was sent: ${refusal}`);
  return { ...outcome, message: `${outcome.message} (a plain text, because the message was too large: ${refusal})` };
}

function withRenderError(outcome: Outcome, renderError: string | undefined): Outcome {
  if (renderError === undefined) return outcome;
  if (!outcome.ok) return { ...outcome, message: `${outcome.message} (and a template failed: ${renderError})` };
  return withWarning(outcome, `a template failed, so that a plain text was sent: ${renderError}`);
}

function withWarning(outcome: Extract<Outcome, { readonly ok: true }>, warning: string): Outcome {
  return { ...outcome, warning: outcome.warning === undefined ? warning : `${warning}; ${outcome.warning}` };
}
