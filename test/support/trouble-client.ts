/** What clients and supervisors of a server process see while its database is in trouble. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { openCalls, requestAppToken } from './server.ts';
import type { Answer } from './server.ts';
import type { ReadyLine } from './server-process.ts';

export interface TroubleClient extends AsyncDisposable {
  /** The documented create. @param externalId a new one when not given */
  create(externalId?: string): Promise<Answer>;
  /** So many of them in one batch. */
  createMany(count: number): Promise<Answer>;
  findByExternalId(externalId: string): Promise<Answer>;
  count(): Promise<Answer>;
  listContents(): Promise<Answer>;
  /** Of the app that may write. */
  requestToken(): Promise<Answer>;
  requestDeviceCode(): Promise<Answer>;
  readiness(): Promise<Answer>;
  /** Of the control API; the path is the one below its root. */
  control(method: string, path: string, json?: unknown): Promise<Answer>;
}

const SAMPLE = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  status: 'notStarted',
  notes: { contentType: 'text', content: 'x'.repeat(2000) },
};
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export async function openTroubleClient(ready: ReadyLine): Promise<TroubleClient> {
  const { call, close } = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
  const { tenantId, apps, signInApps, samples } = ready;
  const writer = apps['writer'] as ReadyLine['apps'][string];
  const token = await requestAppToken(call, tenantId, writer);
  const provider = `/v1.0/employeeExperience/learningProviders/${samples['registrationId']}`;
  const activities = `${provider}/learningCourseActivities`;
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    call({ method: 'POST', path: `/${tenantId}${path}`, headers: FORM, body: new URLSearchParams(form).toString() });
  return {
    create: (externalcourseActivityId = randomUUID()) =>
      call({ method: 'POST', path: activities, token, json: { ...SAMPLE, externalcourseActivityId } }),
    createMany: (count) => {
      const requests = Array.from({ length: count }, (_, index) => ({
        id: String(index),
        method: 'POST',
        url: activities.slice('/v1.0'.length),
        headers: { 'content-type': 'application/json' },
        body: { ...SAMPLE, externalcourseActivityId: randomUUID() },
      }));
      return call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests } });
    },
    findByExternalId: (id) => call({ path: `${activities}(externalcourseActivityId='${id}')`, token }),
    count: () => call({ path: `${activities}/$count`, token }),
    listContents: () => call({ path: `${provider}/learningContents`, token }),
    requestToken: () =>
      post('/oauth2/v2.0/token', {
        grant_type: 'client_credentials',
        client_id: writer.clientId,
        client_secret: writer.clientSecret,
        scope: 'https://graph.microsoft.com/.default',
      }),
    requestDeviceCode: () =>
      post('/oauth2/v2.0/devicecode', {
        client_id: Object.values(signInApps)[0]?.clientId ?? '',
        scope: 'openid offline_access',
      }),
    readiness: () => call({ path: '/readyz' }),
    control: (method, path, json) =>
      call({ method, path: `/_vivarium${path}`, token: ready.controlToken ?? undefined, json }),
    [Symbol.asyncDispose]: close,
  };
}
