// How much of an answer is read: a server may send without end, and what is kept of it is only for messages and receipts.

import type { Incoming } from './http2.ts';

/** How much is read in order to keep the connection, bytes. */
const READ = 1_048_576;

/** The first so many bytes as text; the rest is dropped. */
export async function readBody(response: Incoming, most: number): Promise<string> {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  if (length <= most) return response.body.text();
  const chunks: Buffer[] = [];
  let kept = 0;
  let read = 0;
  for await (const chunk of response.body) {
    if (kept < most) chunks.push(chunk.subarray(0, most - kept));
    kept = Math.min(most, kept + chunk.length);
    read += chunk.length;
    if (read > READ) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** How long what follows a status that says it all is waited for, in milliseconds. */
const EASE_MS = 1_000;

/** As `readBody`, but '' when the rest of the answer does not come, or breaks off. */
export async function readAtEase(response: Incoming, most: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, EASE_MS, '');
  });
  try {
    const reading = readBody(response, most).catch(() => '');
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
    response.body.destroy();
  }
}
