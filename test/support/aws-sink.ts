// A stand-in for Amazon SNS and STS: checks signatures by its own reckoning, refuses what the API's reference says that it
// refuses, and hands out keys for roles.

import { createHash, createHmac } from 'node:crypto';
import { HttpSink, type SinkAnswer, type SinkRequest, type SinkTls } from './http-sink.ts';

export interface SinkKeys {
  readonly secret: string;
  readonly token?: string;
}

export class AwsSink {
  readonly http: HttpSink;
  /** By access key id. */
  readonly keys = new Map<string, SinkKeys>([['AKIDEXAMPLE', { secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }]]);
  /** The forms of what was published. */
  readonly published: URLSearchParams[] = [];
  /** The forms of requests for roles. */
  readonly roles: URLSearchParams[] = [];
  /** When keys of roles expire. */
  expiresAt = Date.now() + 900_000;
  #instead: ((form: URLSearchParams) => SinkAnswer | undefined) | undefined;

  private constructor(http: HttpSink) {
    this.http = http;
    http.answer((request) => this.#answer(request));
  }

  static async start(tls?: SinkTls): Promise<AwsSink> {
    return new AwsSink(await HttpSink.start({}, tls));
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  /** What it answers from now on to what is published; nothing leaves that to the rules. */
  instead(answer: ((form: URLSearchParams) => SinkAnswer | undefined) | undefined): void {
    this.#instead = answer;
  }

  #answer(request: SinkRequest): SinkAnswer {
    const form = new URLSearchParams(request.body);
    const action = form.get('Action');
    if (action === 'AssumeRoleWithWebIdentity') return this.#assume(form, 'web');
    const wrong = this.#unsigned(request, action === 'Publish' ? 'sns' : 'sts');
    if (wrong !== undefined) return error(403, ...wrong);
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return error(400, 'MissingAction', '');
    if (action === 'AssumeRole') return this.#assume(form, 'role');
    if (action !== 'Publish' || form.get('Version') !== '2010-03-31') return error(400, 'InvalidAction', '');
    const instead = this.#instead?.(form);
    if (instead !== undefined) return instead;
    const problem = problemWith(form);
    if (problem !== undefined) return error(400, 'InvalidParameter', `Invalid parameter: ${problem}`);
    this.published.push(form);
    return { body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>' };
  }

  #assume(form: URLSearchParams, kind: 'role' | 'web'): SinkAnswer {
    if (form.get('Version') !== '2011-06-15') return error(400, 'InvalidAction', '');
    if (!/^arn:aws:iam::\d{12}:role\/\w+$/.test(form.get('RoleArn') ?? ''))
      return error(400, 'ValidationError', 'RoleArn');
    if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) return error(400, 'ValidationError', 'Name');
    if (form.get('RoleArn')?.endsWith('forbidden')) return error(403, 'AccessDenied', 'not authorized to assume it');
    this.roles.push(form);
    const id = `ASIA${this.roles.length}`;
    this.keys.set(id, { secret: `secret of ${id} & <more>`, token: `token/of+${id}` });
    const name = kind === 'role' ? 'AssumeRole' : 'AssumeRoleWithWebIdentity';
    const expiration = new Date(this.expiresAt).toISOString();
    return {
      headers: { 'content-type': 'text/xml' },
      body:
        `<${name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${name}Result><Credentials>` +
        `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>secret of ${id} &amp; &lt;more&gt;</SecretAccessKey>` +
        `<SessionToken>token/of+${id}</SessionToken><Expiration>${expiration}</Expiration>` +
        `</Credentials></${name}Result></${name}Response>`,
    };
  }

  /** What is wrong with the signature: the steps of Signature Version 4, from the request as it came. */
  #unsigned({ method, path, headers, body }: SinkRequest, service: string): [string, string] | undefined {
    const pattern =
      /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/;
    const found = pattern.exec(headers.authorization ?? '');
    if (found === null) return ['IncompleteSignature', 'no signature'];
    const [, id = '', day = '', region = '', signedService = '', names = '', signature] = found;
    const keys = this.keys.get(id);
    if (keys === undefined) return ['InvalidClientTokenId', 'The security token included in the request is invalid'];
    if (keys.token !== headers['x-amz-security-token']) return ['InvalidClientTokenId', 'a token is missing or wrong'];
    const time = String(headers['x-amz-date']);
    if (signedService !== service || !/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(day)) {
      return ['SignatureDoesNotMatch', 'Credential should be scoped to the service and the day'];
    }
    const list = names.split(';');
    if (!['host', 'x-amz-date'].every((name) => list.includes(name)) || [...list].sort().join(';') !== names) {
      return ['SignatureDoesNotMatch', 'not all headers are signed'];
    }
    const lines = list.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('');
    const [resource = '', query = ''] = path.split('?');
    // Of what came, which is encoded already, everything but the slashes is encoded once more.
    const encoded = resource.replace(/[^A-Za-z0-9/_.~-]/g, encodeURIComponent);
    const sorted = query.split('&').sort().join('&');
    const canonical = `${method}\n${encoded}\n${sorted}\n${lines}\n${names}\n${digest(body)}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    let key: Buffer | string = `AWS4${keys.secret}`;
    for (const part of [day, region, service, 'aws4_request']) key = mac(key, part);
    const expected = mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest(canonical)}`).toString('hex');
    return expected === signature ? undefined : ['SignatureDoesNotMatch', 'The request signature does not match'];
  }
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function problemWith(form: URLSearchParams): string | undefined {
  const targets = ['TopicArn', 'TargetArn', 'PhoneNumber'].filter((name) => form.has(name));
  if (targets.length !== 1) return 'one of TopicArn, TargetArn and PhoneNumber';
  const topic = form.get('TopicArn');
  if (topic !== null && !/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/.test(topic)) return 'TopicArn';
  if ((topic?.endsWith('.fifo') ?? false) !== form.has('MessageGroupId')) return 'MessageGroupId';
  const phone = form.get('PhoneNumber');
  if (phone !== null && !/^\+[1-9]\d{1,14}$/.test(phone)) return 'PhoneNumber';
  const subject = form.get('Subject');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (subject !== null && (!/^[^\s\u0000-\u001f]/.test(subject) || /[\u0000-\u001f\u007f]/.test(subject)))
    return 'Subject';
  if (subject !== null && Array.from(subject).length >= 100) return 'Subject';
  const message = form.get('Message') ?? '';
  if (message === '') return 'Empty message';
  let size = Buffer.byteLength(message);
  if (phone !== null) return size > 1600 ? 'Message too long' : undefined;
  for (let i = 1; form.has(`MessageAttributes.entry.${i}.Name`); i++) {
    const entry = ['Name', 'Value.DataType', 'Value.StringValue'].map((part) =>
      form.get(`MessageAttributes.entry.${i}.${part}`),
    );
    if (entry.some((part) => part === null || part === '')) return 'non-empty message attribute value';
    size += Buffer.byteLength(entry.join(''));
  }
  return size > 262_144 ? 'Message too long' : undefined;
}

function error(status: number, code: string, message: string): SinkAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  };
}

function mac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
