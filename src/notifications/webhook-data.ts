/** The `data` of a message: the item as v1.0 returns it now, or only its ids when it has been removed. */
import type { Behaviour } from '../model/behaviour.ts';
import type { Tenant } from '../model/directory.ts';
import { createSchema } from '../model/schema.ts';
import { V1 } from '../model/versions.ts';
import { createPlainPrinters } from '../odata/plan.ts';
import { printMember } from '../odata/print-entity.ts';
import type { WebhookItem, WebhookMessage } from '../store/notifications/webhook.ts';
import type { CurrentRecord } from './relay.ts';

export interface ItemPrinterParts {
  readonly tenant: Tenant;
  readonly record: Pick<CurrentRecord, 'findActivities' | 'findContent'>;
  readonly behaviour: Behaviour;
}

export function createItemPrinter({ tenant, record, behaviour }: ItemPrinterParts) {
  const printerOf = createPlainPrinters(createSchema(V1, behaviour), behaviour);
  const printFound = async (item: WebhookItem, about: string): Promise<string | undefined> => {
    if (item.kind === 'content') {
      const content = await record.findContent(item.registrationId, item.id);
      return content && printerOf('learningContent')(content, about);
    }
    const { learnerUserId, activityGuid } = item;
    if (learnerUserId === undefined) return undefined;
    const [activity] = await record.findActivities([{ learnerUserId, activityGuid }]);
    return activity && printerOf(activity.type)(activity, about);
  };
  return async ({ content: { item } }: { readonly content: WebhookMessage }): Promise<string> => {
    if (item === undefined) return '{}';
    const { id, registrationId = null } = item;
    const about = [printMember('tenantId', tenant.id), printMember('registrationId', registrationId)].join(',');
    return (await printFound(item, about)) ?? `{${about},${printMember('id', id)}}`;
  };
}
