/** Concurrent writes to servers that may fail at any moment, and a ledger of what they have answered. */
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
  /** Ids that were written to since the ledger was settled last. */
  readonly touched: Set<string>;
  answers: number;
  /** How often each came out. */
  readonly outcomes: Record<Outcome, number>;
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
    outcomes: { answered: 0, unavailable: 0, unknown: 0, broken: 0, surprised: 0 },
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

/**
 * Of a request. unavailable: a 503. unknown: a 504 of a server that may lose its database. broken: the connection ended before
 * the whole answer was there. surprised: noted in the ledger.
 */
export type Outcome = 'answered' | 'unavailable' | 'unknown' | 'broken' | 'surprised';

export interface Load {
  /** Servers of one database: each request goes to any of them that has not died yet. */
  readonly nodes: readonly ReadyLine[];
  readonly token: string;
  readonly ledger: Ledger;
  /** Numbers of [0, 1). */
  random(): number;
  /** Told after each answer. */
  onAnswer(): void;
  /** Whether the nodes may lose their database between a write and its answer, and then say 504. */
  readonly losesDatabase?: boolean;
  /** Whether a connection sends another request after such an outcome of the one before. */
  goesOn(outcome: Outcome): boolean;
}

/** Writes on so many connections to each node at once, until none of them goes on or all nodes have died. */
export async function runLoad(load: Load, connections: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, (_, lane) => runLane(load, lane)));
}

interface Lane extends Load {
  /** One of the nodes, for what they have in common. */
  readonly ready: ReadyLine;
  readonly send: Send;
  /** No other lane writes to these, so that the last update of each is known. */
  readonly own: string[];
}

async function runLane(load: Load, number: number): Promise<void> {
  const { send, close, isAnyOpen } = openClients(load);
  const lane: Lane = { ...load, ready: load.nodes[0] as ReadyLine, send, own: [] };
  try {
    let outcome: Outcome = 'answered';
    for (let step = 0; isAnyOpen() && load.goesOn(outcome); step += 1) {
      outcome = await takeStep(lane, `${load.ledger.answers}-${number}-${step}`);
      load.ledger.outcomes[outcome] += 1;
    }
  } finally {
    await close();
  }
}

interface Clients {
  readonly send: Send;
  isAnyOpen(): boolean;
  close(): Promise<void>;
}

/** A connection to each node; one that breaks is not used again. */
function openClients({ nodes, token, random }: Load): Clients {
  const clients = new Set(nodes.map((node) => openClient(node, token)));
  const close = async (): Promise<void> => void (await Promise.all([...clients].map((client) => client.close())));
  const send: Send = async (...request) => {
    const client = [...clients][Math.floor(random() * clients.size)] as ReturnType<typeof openClient>;
    try {
      return await client.send(...request);
    } catch (error) {
      clients.delete(client);
      await client.close();
      throw error;
    }
  };
  return { send, close, isAnyOpen: () => clients.size > 0 };
}

function takeStep(lane: Lane, name: string): Promise<Outcome> {
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

interface Exchange {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: unknown;
}

/** Sends, counts the answer, and gives no reply when nobody knows what came of it. */
async function exchange(lane: Lane, request: Exchange): Promise<Reply | 'unknown' | 'broken'> {
  const { send, ledger, onAnswer, losesDatabase = false } = lane;
  let reply: Reply;
  try {
    reply = await send(request.method, request.path, request.body);
  } catch {
    return 'broken';
  }
  ledger.answers += 1;
  onAnswer();
  return losesDatabase && reply.status === 504 ? 'unknown' : reply;
}

async function sendCreate(lane: Lane, externalId: string): Promise<Outcome> {
  const { ledger, ready, own } = lane;
  const body = newActivity(lane, externalId);
  ledger.creating.set(externalId, body);
  const reply = await exchange(lane, { method: 'POST', path: providerPath(ready, 'registrationId'), body });
  if (typeof reply === 'string') return reply;
  ledger.creating.delete(externalId);
  if (reply.status === 201) {
    const { '@odata.context': _, ...created } = reply.body as Record<string, unknown>;
    ledger.stored.set(String(created['id']), created);
    ledger.touched.add(String(created['id']));
    own.push(String(created['id']));
    return 'answered';
  }
  ledger.refused.push(externalId);
  return expectUnavailable(lane, reply, 'create');
}

async function sendUpdate(lane: Lane): Promise<Outcome> {
  const { ledger, ready, own, random } = lane;
  const index = Math.floor(random() * own.length);
  const id = own[index] as string;
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
  if (typeof reply === 'string') {
    // With a second update on top there would be more than two things that it could be.
    own.splice(index, 1);
    return reply;
  }
  const after = ledger.updating.get(id) as Wire;
  ledger.updating.delete(id);
  if (reply.status !== 204) return expectUnavailable(lane, reply, 'update');
  ledger.stored.set(id, after);
  return 'answered';
}

/** A write that must leave no trace, with the status that it must get. */
async function sendRefused(lane: Lane, externalId: string): Promise<Outcome> {
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
  if (typeof reply === 'string') return reply;
  return reply.status === refusal.status
    ? 'answered'
    : expectUnavailable(lane, reply, `refusal with ${refusal.status}`);
}

/** The same key with other values: were it stored, it would show. */
function repeatOf(known: Wire): Wire {
  return { ...known, completionPercentage: 99, completedDateTime: null };
}

/** Only a server that is stopping, or has lost its database, refuses what it should take. */
function expectUnavailable({ ledger }: Lane, reply: Reply, what: string): Outcome {
  if (reply.status === 503) return 'unavailable';
  ledger.surprises.push(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return 'surprised';
}
