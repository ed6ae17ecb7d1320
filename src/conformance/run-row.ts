/** Sends a row's requests and holds the answers against what the row says, and against what holds for every answer. */
import type { ApiVersion } from '../model/versions.ts';
import { EVERY_ANSWER } from './every-answer.ts';
import { ANY_TEXT, findDifference, findMissing, rewriteTexts } from './match.ts';
import type { Mismatch } from './match.ts';
import type { RowRun, RuleAnswer, RuleBreak, RuleCall, RuleExchange, RulePlace } from './place.ts';
import type { Expected, RuleRow, RuleStep } from './row.ts';

/** The value of each `{name}`. */
type Known = Readonly<Record<string, string>>;

export async function runRow(row: RuleRow, version: ApiVersion, place: RulePlace): Promise<RowRun> {
  const root = place.findRoot(version);
  const known: Record<string, string> = { root, origin: root.slice(0, -version.length - 1) };
  const exchanges: RuleExchange[] = [];
  const breaks: RuleBreak[] = [];
  for (const written of row.steps) {
    const step = rewriteTexts(written, (text) => fill(place.rename(text), known));
    const call = await prepareCall(step, root, place);
    const answer = await place.send(call);
    exchanges.push({ step, call, answer });
    for (const { id, check } of EVERY_ANSWER) {
      const mismatch = check(answer, call.method === 'HEAD');
      if (mismatch !== undefined) breaks.push({ id, ...mismatch, call, answer });
    }
    const mismatch = findBreak(answer, step.gets) ?? findUnkept(answer, step);
    if (mismatch !== undefined) {
      breaks.push({ id: row.id, ...mismatch, call, answer });
      break;
    }
    Object.assign(known, keep(step, answer));
  }
  return { exchanges, breaks };
}

async function prepareCall(step: RuleStep, root: string, place: RulePlace): Promise<RuleCall> {
  const { as, send, json, body, isChunked = false, headers } = step;
  const [method = '', target = ''] = send.split(/ (.*)/s);
  const authorization = as === undefined ? {} : { authorization: await place.authorize(as) };
  return {
    method,
    url: target.startsWith('http') ? target : root + target,
    body: json === undefined ? body : JSON.stringify(json),
    ...(isChunked && { isChunked }),
    headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...authorization, ...headers },
  };
}

function findBreak(answer: RuleAnswer, expected: Expected): Mismatch | undefined {
  const { status, headers = {}, part, whole, lacks = [], text, refusal } = expected;
  if (answer.status !== status) return { path: 'status', expected: String(status), got: String(answer.status) };
  const wanted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value ?? undefined]));
  const sent = Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]]));
  return (
    within('headers', findDifference(sent, wanted)) ??
    (whole === undefined ? undefined : within('body', findDifference(answer.body, whole))) ??
    (part === undefined ? undefined : within('body', findMissing(answer.body, part))) ??
    within('body', findDifference(presentOf(answer.body, lacks), {})) ??
    (text === undefined ? undefined : within('text', findDifference(answer.text, text))) ??
    (refusal === undefined ? undefined : within('body.error', findOtherError(answer.body, refusal)))
  );
}

function findOtherError(body: unknown, refusal: NonNullable<Expected['refusal']>): Mismatch | undefined {
  const { code, message, details } = refusal;
  const { innerError: _ids, ...error } = Object(Object(body)['error']) as Record<string, unknown>;
  return findDifference(error, { code, message, details });
}

/** Those of the properties that the body has. */
function presentOf(body: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const members = Object(body) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.filter((name) => Object.hasOwn(members, name)).map((name) => [name, members[name]]));
}

/** The place below another one. */
function within(place: string, mismatch: Mismatch | undefined): Mismatch | undefined {
  if (mismatch === undefined) return undefined;
  const { path } = mismatch;
  return { ...mismatch, path: path === '' || path.startsWith('[') ? place + path : `${place}.${path}` };
}

/** What the step keeps must be there. */
function findUnkept({ body, headers }: RuleAnswer, { keep: names = {} }: RuleStep): Mismatch | undefined {
  for (const property of Object.values(names)) {
    const mismatch = findDifference(valueOf(property, body, headers), ANY_TEXT);
    if (mismatch !== undefined) return within(property, mismatch);
  }
  return undefined;
}

function keep({ keep: names = {} }: RuleStep, { body, headers }: RuleAnswer): Known {
  const kept = Object.entries(names).map(([name, property]) => [name, String(valueOf(property, body, headers))]);
  return Object.fromEntries(kept) as Known;
}

function valueOf(property: string, body: unknown, headers: RuleAnswer['headers']): unknown {
  if (property.startsWith('header:')) return headers[property.slice('header:'.length)];
  return (Object(body) as Readonly<Record<string, unknown>>)[property];
}

/** Every `{name}` that is known; the rest stays. */
function fill(text: string, known: Known): string {
  return text.replace(/\{(\w+)\}/g, (found, name: string) => known[name] ?? found);
}
