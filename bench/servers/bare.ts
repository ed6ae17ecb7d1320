/** Starts the bare `node:http` server that the others are compared with. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Operation } from '../load/exchanges.ts';
import { startTalking } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

/** Bodies that Vivarium has answered, as parsed JSON. */
export type SampleAnswers = Readonly<Partial<Record<Operation, unknown>>>;

export interface BareServer extends ServerProcess {
  readonly port: number;
}

const SCRIPT = join(import.meta.dirname, 'bare-server.ts');

/** The answers are kept in the folder. */
export async function startBare(folder: string, answers: SampleAnswers): Promise<BareServer> {
  const answersFile = join(folder, 'bare-answers.json');
  writeFileSync(answersFile, JSON.stringify(answers));
  const started = await startTalking({ args: [SCRIPT, answersFile], logFile: join(folder, 'bare.log') });
  return { ...started, port: Number(started.firstLine) };
}
