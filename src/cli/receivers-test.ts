// `tocsinctl receivers test`: sends a sample alert through a receiver of the server and prints what the other side
// answered.

import { formatDuration } from '../model/duration.ts';
import type { SkippedAttempt, TestAttempt, TestReport } from '../runtime/test-send.ts';
import { testReportIn } from './answers.ts';
import { readPairs } from './arguments.ts';
import { callApi } from './client.ts';
import { printable } from './table.ts';
import { CommandError, type Session } from './terminal.ts';

export interface ReceiverTest {
  /** Such as `slack[0]`; all of the receiver's when absent. */
  readonly integration?: string;
  /** `name=value`. */
  readonly label: readonly string[];
  readonly annotation: readonly string[];
  /** For each attempt, milliseconds; the server's own when absent. */
  readonly sendTimeout?: number;
}

/** The server's own, which is in its answer to nobody. */
const ATTEMPT_MS = 10_000;
/** An answer of a provider is a line of that many characters unless more is asked for. */
const LINE = 300;

/** Prints the report. Rejects with a `CommandError` when an attempt failed. */
export async function testReceiver(session: Session, name: string, given: ReceiverTest): Promise<void> {
  const { terminal, format } = session;
  const attemptMs = given.sendTimeout ?? ATTEMPT_MS;
  const answer = await callApi(
    // Two notifications, one after the other, and time to hear of it.
    { ...session, timeoutMs: Math.max(session.timeoutMs, 2 * attemptMs + 5000) },
    'testReceiver',
    {
      body: {
        receiver: name,
        ...(given.integration === undefined ? {} : { integration: given.integration }),
        labels: readPairs(session, given.label, 'labels'),
        annotations: readPairs(session, given.annotation, 'annotations'),
        ...(given.sendTimeout === undefined ? {} : { timeout: formatDuration(given.sendTimeout) }),
      },
    },
  );
  const report = testReportIn(answer);
  if (format === 'json') terminal.out(`${JSON.stringify(report)}\n`);
  else terminal.out(reportOf(report, format === 'extended'));
  const attempts = report.integrations.flatMap((integration) => integration.attempts);
  const sent = attempts.filter((attempt) => 'ok' in attempt);
  const failures = sent.filter(({ ok }) => !ok).length;
  if (failures > 0) throw new CommandError(`${failures} of ${sent.length} test notifications failed`);
}

function reportOf({ receiver, integrations }: TestReport, extended: boolean): string {
  if (integrations.length === 0) return `${printable(receiver)} has no integrations: it tells nobody\n`;
  const lines: string[] = [];
  for (const { integration, attempts } of integrations) {
    lines.push(`${printable(receiver)}/${integration}`);
    for (const attempt of attempts) {
      if ('skipped' in attempt) lines.push(skippedLine(attempt));
      else lines.push(...attemptLines(attempt, extended));
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function skippedLine({ status, skipped }: SkippedAttempt): string {
  return `  ${status.padEnd(8)}  not sent: ${printable(skipped)}`;
}

function attemptLines(attempt: TestAttempt, extended: boolean): string[] {
  const { status, ok, reason, message, retry, warning, renderError, tookMs, preview, exchanges } = attempt;
  const verdict = ok ? 'ok' : `FAILED (${reason ?? 'other'}, ${retry === true ? 'would be retried' : 'final'})`;
  const lines = [`  ${status.padEnd(8)}  ${verdict}, ${Math.round(tookMs)} ms`];
  if (message !== undefined) lines.push(`    ${printable(message)}`);
  if (warning !== undefined) lines.push(`    warning: ${printable(warning)}`);
  else if (renderError !== undefined && ok) lines.push(`    warning: ${printable(renderError)}`);
  for (const { request, status: answered, headers, body, error } of exchanges) {
    lines.push(`    ${printable(request)}`);
    if (error !== undefined) lines.push(`      no answer: ${printable(error)}`);
    else lines.push(`      ${answered ?? ''} ${shortened(printable(body ?? '').trim(), extended)}`.trimEnd());
    if (!extended) continue;
    for (const [name, value] of Object.entries(headers ?? {})) lines.push(`      ${name}: ${printable(value)}`);
  }
  if (extended)
    lines.push(
      '    sent:',
      ...JSON.stringify(preview, null, 2)
        .split('\n')
        .map((line) => `      ${printable(line)}`),
    );
  return lines;
}

function shortened(text: string, extended: boolean): string {
  return extended || text.length <= LINE ? text : `${text.slice(0, LINE)}…`;
}
