/** Concurrent writes to a server that may die at any moment, and a ledger of what it has answered. */
import { readFileSync } from 'node:fs';
import { Client } from 'undici';

import type { ReadyLine } from './server-process.ts';

/** An activity as it goes over the wire. */
export type Wire = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  readonly body: any; // oxlint-disable-line no-explicit-any -- tests look into what a client can see
}

export interface Ledger {
  /** By id: what the server has answered for. */
  readonly stored: Map<string, Wire>;
  /** By id: what an update that was not answered would have made of it. */
  readonly updating: Map<string, Wire>;
  /** By external id: creates that were not answered. */
  readonly creating: Map<string, Wire>;
  /** External ids of creates that were refused. */
  readonly refused: string[];
  /** Ids that were written to since the last start. */
  readonly touched: Set<string>;
  answers: number;
  /** Answers that nobody could have expected. */
  readonly surprises: string[];
}

export function newLedger(): Ledger {
  return {
    stored: new Map(),
    updating: new Map(),
    creating: new Map(),
    refused: [],
    touched: new Set(),
    answers: 0,
    surprises: [],
  };
}

/** One connection. Rejects when it breaks before the whole answer is there. */
export function openClient(ready: ReadyLine, token: string): { send: Send; close(): Promise<void> } {
  const client = new Client(ready.baseUrl, { connect: { ca: readFileSync(ready.caFile, 'utf8') } });
  const send: Send = async (method, path, json) => {
    const { statusCode, body } = await client.request({
      method,
      path: `/v1.0/employeeExperience${path}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await body.text();
    return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { send, close: () => client.destroy() };
}

export type Send = (method: 'GET' | 'POST' | 'PATCH', path: string, json?: unknown) => Promise<Reply>;

export interface Load {
  readonly ready: ReadyLine;
  readonly token: string;
  readonly ledger: Ledger;
  /** Numbers of [0, 1). */
  random(): number;
  /** Told after each answer. */
  onAnswer(): void;
}

/** Writes on so many connections at once until every one of them is broken or refused. */
export async function runLoad(load: Load, connections: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, (_, lane) => runLane(load, lane)));
}

interface Lane extends Load {
  readonly send: Send;
  /** No other lane writes to these, so that the last update of each is known. */
  readonly own: string[];
}

async function runLane(load: Load, number: number): Promise<void> {
  const { send, close } = openClient(load.ready, load.token);
  const lane: Lane = { ...load, send, own: [] };
  try {
    for (let step = 0; ; step += 1) {
      const isOpen = await takeStep(lane, `${load.ledger.answers}-${number}-${step}`);
      if (!isOpen) return;
    }
  } finally {
    await close();
  }
}

/** @returns whether the server still takes requests */
async function takeStep(lane: Lane, name: string): Promise<boolean> {
  const chance = lane.random();
  if (chance < 0.15) return sendRefused(lane, `refused ${name}`);
  return lane.own.length === 0 || chance < 0.5 ? sendCreate(lane, `created ${name}`) : sendUpdate(lane);
}

const DATE = '2026-01-02T03:04:05.1234567+00:00';

function newActivity({ ready, random }: Lane, externalId: string): Record<string, unknown> {
  const isAssignment = random() < 0.5;
  return {
    '@odata.type': isAssignment
      ? '#microsoft.graph.learningAssignment'
      : '#microsoft.graph.learningSelfInitiatedCourse',
    externalcourseActivityId: externalId,
    learnerUserId: ready.users['learner']?.id,
    learningContentId: ready.samples['learningContentId'],
    status: 'inProgress',
    ...(isAssignment && { assignmentType: 'required', notes: { contentType: 'text', content: longText(random) } }),
    completionPercentage: 0,
    completedDateTime: DATE,
  };
}

/** Some fill more than a page of the database. */
function longText(random: () => number): string {
  return 'é'.repeat(Math.floor(random() * 4000));
}

const providerPath = (ready: ReadyLine, sample: string) =>
  `/learningProviders/${ready.samples[sample]}/learningCourseActivities`;

/** Sends, counts the answer, and says whether there was one. */
async function exchange(
  lane: Lane,
  { method, path, body }: { readonly method: 'POST' | 'PATCH'; readonly path: string; readonly body: unknown },
): Promise<Reply | undefined> {
  let reply: Reply;
  try {
    reply = await lane.send(method, path, body);
  } catch {
    return undefined;
  }
  lane.ledger.answers += 1;
  lane.onAnswer();
  return reply;
}

async function sendCreate(lane: Lane, externalId: string): Promise<boolean> {
  const { ledger, ready, own } = lane;
  const body = newActivity(lane, externalId);
  ledger.creating.set(externalId, body);
  const reply = await exchange(lane, { method: 'POST', path: providerPath(ready, 'registrationId'), body });
  if (reply === undefined) return false;
  ledger.creating.delete(externalId);
  if (reply.status === 201) {
    const { '@odata.context': _, ...created } = reply.body as Record<string, unknown>;
    ledger.stored.set(String(created['id']), created);
    ledger.touched.add(String(created['id']));
    own.push(String(created['id']));
    return true;
  }
  ledger.refused.push(externalId);
  return expectClosing(lane, reply, 'create');
}

async function sendUpdate(lane: Lane): Promise<boolean> {
  const { ledger, ready, own, random } = lane;
  const id = own[Math.floor(random() * own.length)] as string;
  const before = ledger.stored.get(id) as Wire;
  const completionPercentage = Math.floor(random() * 101);
  const isAssignment = 'notes' in before;
  const change = {
    status: random() < 0.5 ? 'inProgress' : 'completed',
    completionPercentage,
    ...(isAssignment && { notes: { contentType: 'html', content: longText(random) } }),
  };
  ledger.updating.set(id, { ...before, ...change });
  ledger.touched.add(id);
  const path = `${providerPath(ready, 'registrationId')}/${id}`;
  const reply = await exchange(lane, { method: 'PATCH', path, body: change });
  if (reply === undefined) return false;
  const after = ledger.updating.get(id) as Wire;
  ledger.updating.delete(id);
  if (reply.status !== 204) return expectClosing(lane, reply, 'update');
  ledger.stored.set(id, after);
  return true;
}

/** A write that must leave no trace, with the status that it must get. */
async function sendRefused(lane: Lane, externalId: string): Promise<boolean> {
  const { ledger, ready, own, random } = lane;
  const body = newActivity(lane, externalId);
  const known = own.length === 0 ? undefined : ledger.stored.get(own[0] as string);
  const cases = [
    { status: 403, sample: 'registrationId', body: { ...body, learnerUserId: ready.users['unlicensed']?.id } },
    { status: 400, sample: 'registrationIdSyncOff', body },
    { status: 400, sample: 'registrationId', body: { ...body, status: 'done' } },
    ...(known === undefined ? [] : [{ status: 409, sample: 'registrationId', body: repeatOf(known) }]),
  ];
  const refusal = cases[Math.floor(random() * cases.length)] as (typeof cases)[number];
  ledger.refused.push(externalId);
  const path = providerPath(ready, refusal.sample);
  const reply = await exchange(lane, { method: 'POST', path, body: refusal.body });
  if (reply === undefined) return false;
  return reply.status === refusal.status ? true : expectClosing(lane, reply, `refusal with ${refusal.status}`);
}

/** The same key with other values: were it stored, it would show. */
function repeatOf(known: Wire): Wire {
  return { ...known, completionPercentage: 99, completedDateTime: null };
}

/** Only a server that is stopping refuses what it should take. */
function expectClosing({ ledger }: Lane, reply: Reply, what: string): boolean {
  if (reply.status !== 503) ledger.surprises.push(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return false;
}
