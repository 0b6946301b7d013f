// The store's thread, which ends unexpectedly when a batch holds certain words: `die early`, before the batch is
// performed; `die late`, after it was and before the answer.

import { parentPort } from 'node:worker_threads';
import type { Question } from '../../src/store/channel.ts';

const port = parentPort!;
const post = port.postMessage.bind(port);
let late = false;

port.postMessage = (answer) => {
  if (late) process.exit(7);
  post(answer);
};

port.on('message', (question: Question) => {
  const text = JSON.stringify(question);
  if (question.method !== 'commit') return;
  if (text.includes('die early')) process.exit(6);
  late = text.includes('die late');
});

await import('../../src/store/sqlite-worker.ts');
