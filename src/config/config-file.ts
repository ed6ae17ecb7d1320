/** The configuration file: which one it is, and what stands in it. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import type * as yaml from './yaml.ts';

export interface ConfigFile {
  readonly path: string;
  /** As it is shown to a person. */
  readonly label: string;
  /** Where relative paths in it start. */
  readonly directory: string;
  readonly entries: Readonly<Record<string, unknown>>;
  /** Where an entry stands, as it is shown to a person: `vivarium.yaml:3`. */
  placeOf(name: string): string;
}

/** Loaded when there is a file to read: it takes as long as the rest of a command together. */
const loadYaml = () => createRequire(import.meta.url)(`./yaml${extname(import.meta.filename)}`) as typeof yaml;

/** Looked for in the working directory. */
export const CONFIG_FILE_NAMES = ['vivarium.yaml', 'vivarium.yml', 'vivarium.json'] as const;

/** The files of these names that a directory holds. */
export function listConfigFiles(directory: string): readonly string[] {
  return CONFIG_FILE_NAMES.map((name) => join(directory, name)).filter((path) => existsSync(path));
}

/** Whether it is what a server writes for scripts once it is ready: of no such members is a configuration file made. */
export function isReadyContent(content: unknown): content is object {
  const entries = Object(content) as object;
  return ['baseUrl', 'tenantId', 'tokenUrl', 'apps'].every((name) => name in entries);
}

/** Reads YAML or JSON. Throws an `Error` with one line on what is wrong with the file. */
export function readConfigFile(path: string): ConfigFile {
  const label = basename(path);
  // JSON is YAML, but not with tabs: those a JSON file may have.
  const parse = label.endsWith('.json') ? parseJson : parseYaml;
  const text = readText(path);
  const entries = getEntries(parse(text));
  return { path, label, directory: dirname(path), entries, placeOf: (name) => `${label}:${findLine(text, name)}` };
}

/** From 1. Looked up only when something is wrong with the entry. */
function findLine(text: string, name: string): number {
  const { isMap, isScalar, LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines });
  const pairs = isMap(contents) ? contents.items : [];
  const key = pairs.map((pair) => pair.key).find((key) => isScalar(key) && key.value === name);
  return lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0).line;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`cannot be read (${(cause as NodeJS.ErrnoException).code}): check its name and permissions`, {
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Error(`is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

function parseYaml(text: string): unknown {
  const document = loadYaml().parseDocument(text);
  const [problem] = document.errors;
  if (problem === undefined) return document.toJS();
  // Further lines of the message draw the place.
  throw new Error(`is not valid YAML: ${problem.message.split('\n', 1)[0]?.replace(/:$/, '')}`, { cause: problem });
}

function getEntries(content: unknown): Readonly<Record<string, unknown>> {
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw new Error('must hold settings by name, such as "port: 8443"');
  if (isReadyContent(content))
    throw new Error('is the ready file of a server: delete it, and choose another name with --ready-file');
  return content;
}
