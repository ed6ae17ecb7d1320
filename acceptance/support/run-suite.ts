// The process of one client: runs its cases and tells each outcome to the process that started it.
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { createScene } from './scene.ts';
import { NotOffered } from './not-offered.ts';
import type { Outcome, Suite } from './suite.ts';
import type { Target } from './target.ts';

/** Bounds a case: a client that waits for an answer for ever fails, and the others still run. */
const CASE_MS = 60_000;

const [suiteUrl = '', targetFile = ''] = process.argv.slice(2);
const { suite } = (await import(suiteUrl)) as { readonly suite: Suite };
const target = JSON.parse(await readFile(targetFile, 'utf8')) as Target;
{
  await using scene = createScene(target);
  for (const [title, run] of Object.entries(suite.cases(scene))) {
    await tell(await runCase(`${suite.client}: ${title}`, run));
  }
}
// Clients keep connections and timers; whoever started this process waits for its end.
process.exit();

async function runCase(title: string, run: () => Promise<void>): Promise<Outcome> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Not done within ${CASE_MS} ms.`)), CASE_MS);
  try {
    await Promise.race([run(), late]);
    return { kind: 'passed', title };
  } catch (thrown) {
    if (thrown instanceof NotOffered) return { kind: 'left out', title, reason: thrown.message };
    return { kind: 'failed', title, reason: inspect(thrown) };
  } finally {
    clearTimeout(timer);
  }
}

function tell(outcome: Outcome): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = (error: Error | null): void => (error === null ? resolve() : reject(error));
    if (process.send === undefined) throw new Error('To be started by acceptance/run.ts');
    process.send(outcome, undefined, undefined, sent);
  });
}
