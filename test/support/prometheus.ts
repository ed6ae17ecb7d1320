/** Reads metrics as Prometheus does, and refuses what it would refuse. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`;
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)?\})? ([-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf)|[Nn]a[Nn])$`,
);
const SUFFIXES: Readonly<Record<string, RegExp>> = { histogram: /_(bucket|sum|count)$/, summary: /_(sum|count)$/ };

/** By name. @throws for the first line that the text format does not allow, or that breaks its rules for types */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, comment, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (comment === 'HELP') helps.set(name, rest);
    else if (comment === 'TYPE') {
      const help = helps.get(name);
      if (help === undefined || help === '') throw new Error(`${name} has no help`);
      if (families.has(name)) throw new Error(`${name} has two types`);
      if ((rest === 'counter') !== name.endsWith('_total')) throw new Error(`${name} must not be a ${rest}`);
      families.set(name, { type: rest, help, samples: [] });
    } else addSample(families, seen, line);
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkBuckets(name, family);
  return families;
}

function addSample(families: ReadonlyMap<string, Family>, seen: Set<string>, line: string): void {
  const [, name = '', labelText = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === '') throw new Error(`Not a sample: ${line}`);
  const labels = Object.fromEntries(
    [...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', content = '']) => [label, content]),
  );
  const family = [...families].find(
    ([known, { type }]) => known === name || known === name.replace(SUFFIXES[type] ?? /^$/, ''),
  );
  if (family === undefined) throw new Error(`${name} has no type`);
  const key = `${name} ${JSON.stringify(
    Object.entries(labels)
      .map(String)
      .toSorted((a, b) => (a < b ? -1 : 1)),
  )}`;
  if (seen.has(key)) throw new Error(`${key} comes twice`);
  seen.add(key);
  family[1].samples.push({ name, labels, value: value.endsWith('Inf') ? Infinity : Number(value) });
}

function checkBuckets(name: string, { samples }: Family): void {
  const groups = Map.groupBy(samples, ({ labels }) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le')),
  );
  for (const [labels, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`).map(({ value }) => value);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const isOrdered = buckets.every((value, index) => index === 0 || value >= (buckets[index - 1] as number));
    if (!isOrdered || buckets.at(-1) !== count) throw new Error(`${name} ${labels} has buckets that do not add up`);
  }
}

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'promtool');

/**
 * The promtool of this machine, or the one in Debian's package, which needs no root to be unpacked. `undefined` where there
 * is neither: then {@link parseMetrics} is all that has judged, and the caller says so.
 */
export async function findPromtool(): Promise<string | undefined> {
  const cached = join(CACHE, 'promtool');
  for (const path of ['promtool', cached]) {
    const works = await run(path, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return path;
  }
  try {
    await unpack(cached);
    return cached;
  } catch {
    return undefined;
  }
}

const PATIENCE_MS = 60_000;

async function unpack(target: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'package-'));
  try {
    await run('apt-get', ['download', 'prometheus'], { cwd: folder, timeout: PATIENCE_MS });
    const [archive = ''] = readdirSync(folder);
    await run('dpkg', ['-x', archive, '.'], { cwd: folder });
    const found = join(folder, 'usr', 'bin', 'promtool');
    if (!existsSync(found)) throw new Error('The package has no promtool.');
    chmodSync(found, 0o755);
    renameSync(found, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs promtool on a text. @throws with what it says, when it finds fault */
export async function runPromtool(path: string, args: readonly string[], input = ''): Promise<string> {
  const running = run(path, [...args]);
  running.child.stdin?.end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}
