// Test sends: a sample alert that fires and is over, told to each integration of a receiver through the configuration in
// force, and what the other side answered. Apart from the deliverer, because nothing of it is the engine's business:
// no state, no history, no retries.

import type { Config, IntegrationConfig, ReceiverConfig, RouteConfig } from '../model/config.ts';
import { quote } from '../model/gostring.ts';
import { fingerprint, hasLabel, type LabelSet, labelValue } from '../model/labels.ts';
import { type Notification, type Outcome, ZERO_TIME } from '../model/notification.ts';
import { prepare } from '../receivers/index.ts';
import type { Observed, ReceiverIO } from '../receivers/receiver.ts';
import type { Templates } from '../template/templates.ts';
import { renderRouteLabels } from './route-labels.ts';

export interface TestRequest {
  readonly receiver: string;
  /** One of the receiver's integrations, such as `slack[0]`; all of them when absent. */
  readonly integration?: string;
  /** Beside `alertname`, which they may replace. */
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  /** For each attempt, milliseconds. */
  readonly timeoutMs: number;
}

/** What came of one notification. */
export interface TestAttempt {
  readonly status: 'firing' | 'resolved';
  readonly ok: boolean;
  readonly reason?: string;
  /** What went wrong. */
  readonly message?: string;
  /** Whether a real notification would have been tried again. */
  readonly retry?: boolean;
  readonly warning?: string;
  readonly renderError?: string;
  readonly tookMs: number;
  /** What was sent, as plain JSON without secrets. */
  readonly preview: unknown;
  readonly exchanges: readonly Observed[];
}

/** A notification that was not sent, and why. */
export interface SkippedAttempt {
  readonly status: 'resolved';
  readonly skipped: string;
}

export interface TestReport {
  readonly receiver: string;
  readonly integrations: readonly {
    readonly integration: string;
    readonly attempts: readonly (TestAttempt | SkippedAttempt)[];
  }[];
}

/** Why nothing was sent: there is no such receiver or integration, or too many test sends are under way. */
export interface TestRefusal {
  readonly refused: 'unknown' | 'busy';
  readonly message: string;
}

export interface TestSenderOptions {
  /** The configuration in force and its templates. */
  equipment(): { readonly config: Config; readonly templates: Templates };
  /** Without a slash at the end. */
  externalURL(): string;
  readFile: ReceiverIO['readFile'];
  log(level: 'info' | 'warn', message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** How many requests may be under way at once: whoever hangs must not pile up. */
const AT_ONCE = 3;
const STOPPING = new Error('the server is stopping');

export class TestSender {
  private readonly options: TestSenderOptions;
  private readonly attempts = new Set<AbortController>();
  private stopped = false;
  private underway = 0;

  constructor(options: TestSenderOptions) {
    this.options = options;
  }

  /** Tells the receiver's integrations, all at once, and each of them first of the alert and then of its end. */
  async send(request: TestRequest): Promise<TestReport | TestRefusal> {
    const { config, templates } = this.options.equipment();
    const receiver = config.receivers.find(({ name }) => name === request.receiver);
    if (receiver === undefined) return unknown('receiver', request.receiver, 'receivers', config.receivers.map(nameOf));
    const { integration } = request;
    const chosen = receiver.integrations.filter((one) => integration === undefined || nameIn(one) === integration);
    if (integration !== undefined && chosen.length === 0) {
      return unknown('integration', integration, 'integrations of the receiver', receiver.integrations.map(nameIn));
    }
    if (this.underway >= AT_ONCE) return { refused: 'busy', message: 'too many test sends at once, try again later' };
    this.underway++;
    try {
      const routeLabels = routeOf(config.route, receiver.name)?.labels ?? {};
      const integrations = chosen.map(async (one) => ({
        integration: nameIn(one),
        attempts: await this.tell(one, { request, receiver, routeLabels, templates }),
      }));
      return { receiver: receiver.name, integrations: await Promise.all(integrations) };
    } finally {
      this.underway--;
    }
  }

  /** Aborts what is under way: the server stops. */
  stop(): void {
    this.stopped = true;
    for (const attempt of this.attempts) attempt.abort(STOPPING);
  }

  private async tell(integration: IntegrationConfig, subject: Subject): Promise<(TestAttempt | SkippedAttempt)[]> {
    const startsAt = Date.now();
    const first = await this.once(integration, subject, startsAt, undefined);
    if (!integration.sendResolved) {
      return [
        first.attempt,
        { status: 'resolved', skipped: 'send_resolved is false: it is told of firing alerts only' },
      ];
    }
    // Also after a failure: what timed out may have arrived, and nobody wants to end a test by hand.
    const second = await this.once(integration, subject, startsAt, first);
    return [first.attempt, second.attempt];
  }

  private async once(
    integration: IntegrationConfig,
    subject: Subject,
    startsAt: number,
    before: Sent | undefined,
  ): Promise<Sent> {
    const { request, templates } = subject;
    const plain = this.notificationOf(subject, startsAt, before);
    const notification = { ...plain, routeLabels: renderRouteLabels(plain, templates) };
    const end = new AbortController();
    this.attempts.add(end);
    if (this.stopped) end.abort(STOPPING);
    const timer = setTimeout(() => {
      end.abort(new DOMException('the deadline of the test passed', 'TimeoutError'));
    }, request.timeoutMs);
    const exchanges: Observed[] = [];
    const began = performance.now();
    let preview: unknown = null;
    let renderError: string | undefined;
    let outcome: Outcome;
    try {
      const prepared = prepare(integration, notification, templates);
      ({ preview, renderError } = prepared);
      outcome = await prepared.send({
        signal: end.signal,
        now: Date.now(),
        readFile: this.options.readFile,
        observed: (exchange) => exchanges.push(exchange),
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      outcome = { ok: false, retry: false, reason: 'other', message };
    } finally {
      this.attempts.delete(end);
      clearTimeout(timer);
    }
    const attempt: TestAttempt = {
      status: before === undefined ? 'firing' : 'resolved',
      ...told(outcome),
      ...(renderError === undefined ? {} : { renderError }),
      tookMs: Math.round((performance.now() - began) * 10) / 10,
      preview,
      exchanges,
    };
    this.logAttempt(subject.receiver.name, integration, attempt);
    return { attempt, outcome };
  }

  private notificationOf(subject: Subject, startsAt: number, before: Sent | undefined): Notification {
    const { request, receiver, routeLabels } = subject;
    const now = Date.now();
    const labels: LabelSet = hasLabel(request.labels, 'alertname')
      ? request.labels
      : { alertname: 'TocsinTest', ...request.labels };
    const text = `This is a test of the receiver ${quote(receiver.name)}, sent by an operator: nothing is wrong.`;
    const externalURL = this.options.externalURL();
    const over = before !== undefined;
    const receipt = before?.outcome.ok === true ? before.outcome.receipt : undefined;
    const alertname = labelValue(labels, 'alertname');
    return {
      receiver: receiver.name,
      // Like no group's of the engine, so that ending the test ends no incident that is real.
      groupKey: `{}/{tocsin_test=${quote(receiver.name)}}:{alertname=${quote(alertname)}}`,
      groupLabels: { alertname },
      routeLabels,
      reason: over ? 'all alerts resolved' : 'first notification',
      alerts: [
        {
          status: over ? 'resolved' : 'firing',
          fingerprint: fingerprint(labels),
          labels,
          annotations: { summary: 'This is a test', ...request.annotations, tocsin_test: text },
          startsAt,
          endsAt: over ? Math.max(now, startsAt + 1) : ZERO_TIME,
          generatorURL: externalURL,
        },
      ],
      at: over ? Math.max(now, startsAt + 1) : startsAt,
      externalURL,
      ...(receipt === undefined ? {} : { receipt }),
    };
  }

  private logAttempt(receiver: string, integration: IntegrationConfig, attempt: TestAttempt): void {
    const { status, ok, message, warning, tookMs } = attempt;
    this.options.log(ok ? 'info' : 'warn', ok ? 'Test notification sent' : 'Test notification failed', {
      receiver,
      integration: nameIn(integration),
      status,
      duration: `${tookMs.toFixed(1)}ms`,
      ...(message === undefined ? {} : { err: message }),
      ...(warning === undefined ? {} : { warning }),
    });
  }
}

/** What all attempts of one request have in common. */
interface Subject {
  readonly request: TestRequest;
  readonly receiver: ReceiverConfig;
  readonly routeLabels: LabelSet;
  readonly templates: Templates;
}

interface Sent {
  readonly attempt: TestAttempt;
  readonly outcome: Outcome;
}

function told(outcome: Outcome): Pick<TestAttempt, 'ok' | 'reason' | 'message' | 'retry' | 'warning'> {
  if (outcome.ok) return { ok: true, ...(outcome.warning === undefined ? {} : { warning: outcome.warning }) };
  const { reason, message, retry } = outcome;
  return { ok: false, reason, message, retry };
}

/** The first route that leads to the receiver: templates may ask for its labels. */
function routeOf(route: RouteConfig, receiver: string): RouteConfig | undefined {
  if (route.receiver === receiver) return route;
  for (const child of route.routes) {
    const found = routeOf(child, receiver);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf({ name }: ReceiverConfig): string {
  return name;
}

function nameIn({ type, index }: IntegrationConfig): string {
  return `${type}[${index}]`;
}

function unknown(what: string, name: string, those: string, known: readonly string[]): TestRefusal {
  const list = known.length === 0 ? 'there are none' : known.map((each) => quote(each)).join(', ');
  return { refused: 'unknown', message: `there is no ${what} ${quote(name)}; the ${those}: ${list}` };
}
