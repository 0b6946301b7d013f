// The mail as a mail server gets it: addresses out of what people write, and the MIME message.

import type { EmailMessage } from './email.ts';

/** Headers that describe how the message is built; an operator's value for one of them would make it unreadable. */
const structural = new Set(['content-type', 'content-transfer-encoding', 'mime-version']);

/** The addresses in a header's text, without their names; `undefined` when there is none or something is no address. */
export async function parseAddresses(text: string): Promise<string[] | undefined> {
  const { default: parse } = await import('nodemailer/lib/addressparser');
  if (/[\r\n]/.test(text.trim())) return undefined;
  const entries = parse(text, { flatten: true });
  const valid = entries.every(({ name, address }) => /^[^\s@<>]+@[^\s@<>]+$/.test(address) && isName(name, text));
  return valid && entries.length > 0 ? entries.map((entry) => entry.address) : undefined;
}

/** nodemailer takes whatever it cannot read for a part of the name; only quotes make a name of it. */
function isName(name: string, text: string): boolean {
  return text.includes('"') || !/[@<>]/.test(name);
}

/** Headers of which the parts mean something: addresses, dates, ids. */
const structured = new Set(
  'from to cc bcc sender reply-to date message-id references in-reply-to return-path disposition-notification-to'.split(
    ' ',
  ),
);

/**
 * The message with its headers. Always multipart/alternative, as Alertmanager's.
 *
 * @param id the Message-Id, unless the operator gives one
 */
export async function composeMail(message: EmailMessage, now: number, id: string): Promise<Buffer> {
  const { default: MimeNode } = await import('nodemailer/lib/mime-node');
  const root = new MimeNode('multipart/alternative', { disableFileAccess: true, disableUrlAccess: true });
  root.setHeader('Date', new Date(now));
  root.setHeader('Message-Id', id);
  for (const [name, value] of message.headers) {
    if (structural.has(name.toLowerCase())) continue;
    const endless = LONG_WORD.test(value) && !structured.has(name.toLowerCase());
    root.setHeader(name, endless ? { prepared: true, foldLines: true, value: encodedWords(value) } : value);
  }
  const parts = [
    ['text/plain', message.text],
    ['text/html', message.html],
  ] as const;
  for (const [type, content] of parts) {
    // The richest form comes last (RFC 2046 section 5.1.4).
    if (content === '' && !(type === 'text/plain' && message.html === '')) continue;
    const part = root.createChild(`${type}; charset=UTF-8`);
    part.setHeader('Content-Transfer-Encoding', 'quoted-printable');
    part.setContent(content);
  }
  return root.build();
}

/** A line may have 998 bytes (RFC 5322, 2.1.1), and can only be folded between words. */
const LONG_WORD = /\S{900}/;
/** An encoded word may have 75 characters (RFC 2047): so many bytes in base64. */
const WORD_BYTES = 45;

function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const char of text.replace(/[\r\n]+/g, ' ')) {
    if (Buffer.byteLength(word + char) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += char;
  }
  return [...words, word].map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`).join(' ');
}
