/** Authenticated requests for tests of interceptors: what they name and who sent them, nothing behind them. */
import { getGuid } from '../../src/lib/ids.ts';
import type { AppId, TenantId } from '../../src/lib/ids.ts';
import { RequestContext } from '../../src/graph/context.ts';
import type { SentRequest, Services } from '../../src/graph/context.ts';
import { NEW_TENANT } from '../../src/model/directory.ts';
import type { LearningStore } from '../../src/store/learning-store.ts';

/** Of the present, to tell it from that of an earlier state. */
export const PRESENT = {} as LearningStore;

const services = { protocols: {}, store: PRESENT } as Services;
const appId = getGuid<AppId>('33333333-0000-4000-8000-000000000003');

/** @param tenant a digit, of its key and its id */
export function contextOf(sent: Partial<SentRequest> = {}, tenant = 1): RequestContext {
  const context = new RequestContext(services, {
    requestId: 'request',
    clientRequestId: 'client',
    version: 'v1.0',
    method: 'POST',
    path: '/employeeExperience',
    queryText: '',
    headers: {},
    origin: 'https://localhost',
    ...sent,
  });
  const id = getGuid<TenantId>(`11111111-0000-4000-8000-00000000000${tenant}`);
  context.setCaller({
    principal: { kind: 'application', tenantId: id, appId, permissions: new Set() },
    tenant: { id, key: tenant, displayName: 'Contoso', domainName: 'contoso.example', ...NEW_TENANT },
  });
  return context;
}
