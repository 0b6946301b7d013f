// Frames around the piece of a configuration that a case is about, so that each case shows only what it tries.

export interface ConfigCase {
  readonly name: string;
  readonly text: string;
  /** Why our verdict differs from Alertmanager's, where it does on purpose: ours is then the one named. */
  readonly ours?: { readonly verdict: 'accepted' | 'refused'; readonly because: string };
  /** Why what is printed differs, where it does on purpose. */
  readonly printsDifferently?: string;
}

/** Why URLs print differently. */
export const PASSWORDS = 'a password in a URL is masked';

const RECEIVERS = 'receivers:\n- name: r\n- name: s\n';
const ROUTE = 'route:\n  receiver: r\n';

/** What an entry of each type needs at least. */
export const NEEDED: Readonly<Record<string, string>> = {
  webhook: 'url: http://127.0.0.1/hook',
  slack: 'api_url: http://127.0.0.1/slack',
  discord: 'webhook_url: http://127.0.0.1/discord',
  email: 'to: a@example.org\nfrom: b@example.org\nsmarthost: 127.0.0.1:25',
  pagerduty: 'routing_key: key',
  incidentio: 'url: http://127.0.0.1/incidentio\nalert_source_token: token',
  sns: 'topic_arn: arn',
  jira: 'api_url: http://127.0.0.1/rest/api/2\nproject: OPS\nissue_type: Bug',
  opsgenie: 'api_key: key',
  pushover: 'user_key: user\ntoken: token',
  victorops: 'api_key: key\nrouting_key: team',
  webex: 'room_id: room\nhttp_config: {authorization: {credentials: token}}',
  wechat: 'api_secret: secret\ncorp_id: corp',
  telegram: 'bot_token: token\nchat_id: -1001',
  msteams: 'webhook_url: http://127.0.0.1/msteams',
  msteamsv2: 'webhook_url: http://127.0.0.1/msteamsv2',
  rocketchat: 'token: token\ntoken_id: id',
  mattermost: 'webhook_url: http://127.0.0.1/mattermost',
};

function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

/** The text with a dash before it, as an item of a list at that indentation. */
function item(text: string, by: number): string {
  return `${' '.repeat(by)}- ${indented(text, by + 2).trimStart()}\n`;
}

export function withGlobal(body: string): string {
  return `global:\n${indented(body, 2)}\n${ROUTE}${RECEIVERS}`;
}

export function withRoot(body: string): string {
  return `${ROUTE}${indented(body, 2)}\n${RECEIVERS}`;
}

export function withChild(body: string): string {
  return `${ROUTE}  routes:\n${item(body, 2)}${RECEIVERS}`;
}

export function withInhibit(body: string): string {
  return `${ROUTE}inhibit_rules:\n${item(body, 0)}${RECEIVERS}`;
}

/** An interval that a child route is muted by. */
export function withInterval(body: string): string {
  return (
    `${ROUTE}  routes:\n  - mute_time_intervals: [t]\n${RECEIVERS}` +
    `time_intervals:\n- name: t\n  time_intervals:\n${item(body, 2)}`
  );
}

/** One entry of a type, with what the type needs unless `bare`. */
export function withEntry(
  type: string,
  body: string,
  options: { readonly bare?: boolean; readonly global?: string } = {},
): string {
  const global = options.global === undefined ? '' : `global:\n${indented(options.global, 2)}\n`;
  const needed = options.bare === true ? [] : NEEDED[type]!.split('\n');
  // What the case gives itself replaces what is needed otherwise.
  const kept = needed.filter((line) => !new RegExp(`^${line.split(':')[0]!}:`, 'm').test(body));
  const entry = [...kept, body].filter((part) => part !== '').join('\n');
  return `${global}${ROUTE}receivers:\n- name: r\n  ${type}_configs:\n${item(entry, 2)}`;
}

export function withHttp(body: string): string {
  return withEntry('webhook', `http_config:\n${indented(body, 2)}`);
}

export function whole(body: string): string {
  return `${ROUTE}${RECEIVERS}${body}\n`;
}

/** A case for each body in a frame, named by what it is about. */
export function* each(
  section: string,
  frame: (body: string) => string,
  bodies: readonly string[],
): Generator<ConfigCase> {
  for (const body of bodies) yield { name: `${section} | ${body.replaceAll('\n', ' | ')}`, text: frame(body) };
}
