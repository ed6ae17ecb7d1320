/** What clients and supervisors of a server process see while its database is in trouble. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { openCalls, requestAppToken } from './server.ts';
import type { Answer } from './server.ts';
import type { ReadyLine } from './server-process.ts';

export interface TroubleClient extends AsyncDisposable {
  /** The documented create. @param externalId a new one when not given */
  create(externalId?: string): Promise<Answer>;
  findByExternalId(externalId: string): Promise<Answer>;
  count(): Promise<Answer>;
  listContents(): Promise<Answer>;
  /** Of the app that may write. */
  requestToken(): Promise<Answer>;
  requestDeviceCode(): Promise<Answer>;
  readiness(): Promise<Answer>;
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
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    call({ method: 'POST', path: `/${tenantId}${path}`, headers: FORM, body: new URLSearchParams(form).toString() });
  return {
    create: (externalcourseActivityId = randomUUID()) =>
      call({
        method: 'POST',
        path: `${provider}/learningCourseActivities`,
        token,
        json: { ...SAMPLE, externalcourseActivityId },
      }),
    findByExternalId: (id) =>
      call({ path: `${provider}/learningCourseActivities(externalcourseActivityId='${id}')`, token }),
    count: () => call({ path: `${provider}/learningCourseActivities/$count`, token }),
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
    [Symbol.asyncDispose]: close,
  };
}
