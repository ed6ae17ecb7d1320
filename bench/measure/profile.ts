/** Where Vivarium's own process spends its time under one operation: a V8 CPU profile, and its top functions. */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { BenchData } from '../data/bench-data.ts';
import { CONNECTIONS, nextOf } from '../load/exchanges.ts';
import type { Operation } from '../load/exchanges.ts';
import { runLoad } from '../load/run-load.ts';
import { startGraphServer } from '../servers/graph-server.ts';

/** The part of a profile that is read. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds of the system's monotonic clock. */
  readonly startTime: number;
  /** Microseconds between the sample before and this one. */
  readonly timeDeltas: readonly number[];
}

/** Microseconds of the same clock. */
interface Window {
  readonly from: number;
  readonly to: number;
}

const TOP = 40;
const IDLE = '(idle)';
const ROOT = join(import.meta.dirname, '..', '..');
const PROFILES = join(ROOT, 'bench', 'profiles');

/** Prints the functions with most time of their own under the load; the file has the start of the process as well. */
export async function profile(data: BenchData, operation: Operation, seconds: number): Promise<void> {
  const folder = join(data.options.dataDir, `profile-${operation}`);
  await using server = await startGraphServer(data, { operations: [operation], profileDir: folder });
  const { plain } = server;
  const load = { ...plain, next: nextOf(plain, operation), connections: CONNECTIONS };
  await runLoad({ ...load, warmUpSeconds: 0, seconds });
  const from = nowMicroseconds();
  const result = await runLoad({ ...load, warmUpSeconds: 0, seconds });
  const window = { from, to: nowMicroseconds() };
  await server.vivarium.end('SIGTERM');
  const file = keepProfile(folder, operation);
  console.log(`${operation}: ${Math.round(result.requestsPerSecond)} requests a second; ${relative(ROOT, file)}`);
  console.log(printTop(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, window));
}

function nowMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function keepProfile(folder: string, operation: Operation): string {
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error('The server has left no profile.');
  mkdirSync(PROFILES, { recursive: true });
  const file = join(PROFILES, `${operation}.cpuprofile`);
  renameSync(join(folder, name), file);
  return file;
}

function printTop(profile: CpuProfile, window: Window): string {
  const times = selfTimes(profile, window);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const top = [...times].toSorted(([, a], [, b]) => b - a).slice(0, TOP);
  return top.map(([place, time]) => `  ${((100 * time) / total).toFixed(1).padStart(5)} %  ${place}`).join('\n');
}

/** Microseconds by function; time without work is left out. */
function selfTimes(profile: CpuProfile, { from, to }: Window): ReadonlyMap<string, number> {
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const place = places.get(id) ?? IDLE;
    if (place !== IDLE && at >= from && at <= to) times.set(place, (times.get(place) ?? 0) + delta);
  }
  return times;
}

function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const file = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  return `${name}  ${file}:${lineNumber + 1}`;
}
