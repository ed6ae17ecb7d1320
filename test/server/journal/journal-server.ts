/** A server whose journal is looked at. */
import { startTestServer } from '../../support/server.ts';
import type { Answer, Call, TestServer } from '../../support/server.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { EntryMatch, VerifyOrder } from '../../../src/sandbox/journal/journal-schemas.ts';
import type { ShownEntry } from '../../../src/sandbox/journal/show-entries.ts';
import type { Verification } from '../../../src/sandbox/journal/verify.ts';
import { openControl } from '../../support/control.ts';
import type { Control } from '../../support/control.ts';

export const TENANT = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
export const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
export const CLOSED_PROVIDER = 'ba9790ef-21d5-4c17-808c-acda55230253';
export const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
export const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
export const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';
export const ASSIGNER = 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d';
export const SEEDED_ACTIVITY = '8ba2228a-e020-11ec-9d64-0242ac120003';
export const PROVIDERS = '/v1.0/employeeExperience/learningProviders';
export const ACTIVITIES = `${PROVIDERS}/${PROVIDER}/learningCourseActivities`;

export interface JournalServer extends TestServer {
  readonly control: Control;
  /** Oldest first. */
  read(query?: string): Promise<readonly ShownEntry[]>;
  /** Of the request that was answered so, or of the item of it. */
  entryOf(answer: Answer, item?: string): Promise<ShownEntry>;
  verify(order: VerifyOrder): Promise<Verification>;
  count(match: EntryMatch, after?: number): Promise<number>;
  /** Sends as the app that may write activities and contents. */
  asWriter(call: Call): Promise<Answer>;
  /** The newest id. */
  lastId(): Promise<number>;
}

export async function startJournalServer(
  settings: Readonly<Record<string, unknown>> = {},
  clock?: Clock,
): Promise<JournalServer> {
  const server = await startTestServer(settings, clock);
  const control = openControl(server);
  const read: JournalServer['read'] = async (query = '') =>
    (await control('GET', `/journal?order=oldest&limit=1000${query}`)).body.value;
  const verify: JournalServer['verify'] = async (order) => (await control('POST', '/journal/verify', order)).body;
  return {
    ...server,
    control,
    read,
    verify,
    count: async (match, after = 0) => (await verify({ match, after })).found,
    entryOf: async (answer, item) => {
      const found = await read(`&requestId=${answer.headers['request-id']}`);
      return found.find(({ batch }) => batch?.item === item) as ShownEntry;
    },
    asWriter: async (call) => server.call({ ...call, token: await server.appToken('writer') }),
    lastId: async () => (await control('GET', '/journal?limit=1')).body.value[0]?.id ?? 0,
  };
}

/** A self-initiated course of the seed's learner. */
export function activity(values: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    learnerUserId: LEARNER,
    learningContentId: CONTENT,
    learningProviderId: PROVIDER,
    status: 'inProgress',
    ...values,
  };
}
