/** `curl`, as its users type it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Scene } from './scene.ts';
import { NotOffered } from './not-offered.ts';

const run = promisify(execFile);

const SECONDS = 20;

export interface CurlAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The JSON of the body; an empty object when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Curl {
  /** Sends with these words. Throws NotOffered where curl is not installed. */
  (...words: readonly string[]): Promise<CurlAnswer>;
}

/** Words that carry the token of an app. */
export async function bearer(scene: Scene, app = 'writer'): Promise<readonly string[]> {
  return ['-H', `Authorization: Bearer ${await scene.appToken(app)}`];
}

export const JSON_TYPE = ['-H', 'Content-Type: application/json'] as const;

export function openCurl({ target: { caFile } }: Scene): Curl {
  const standard = ['-sS', '--max-time', String(SECONDS), ...(caFile === null ? [] : ['--cacert', caFile])];
  return async (...words) => {
    try {
      // The interim answers to Expect: 100-continue would stand before the head that counts.
      const { stdout } = await run('curl', [...standard, '-D', '-', '-H', 'Expect:', ...words]);
      return readAnswer(stdout);
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code === 'ENOENT') throw new NotOffered('curl is not installed');
      throw problem;
    }
  };
}

function readAnswer(output: string): CurlAnswer {
  const end = output.indexOf('\r\n\r\n');
  const [first = '', ...lines] = output.slice(0, end).split('\r\n');
  const text = output.slice(end + 4);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), text, json: readJson(text) };
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
