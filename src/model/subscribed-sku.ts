/** What a tenant has subscribed to, and what of it a user holds: worked out from the users' licences, never written. */
import type { EntityRow, PropertyRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

const detailsSource = 'resources/licensedetails, api/user-list-licensedetails';
const skuSource = 'resources/subscribedsku, api/subscribedsku-list';

const readOnly = { nullable: true, onCreate: 'ignored', onUpdate: 'fixed' } as const satisfies Partial<PropertyRow>;
const text = { ...readOnly, type: 'Edm.String' } as const;
const skuId = { ...readOnly, name: 'skuId', type: 'Edm.Guid' } as const;
const skuPartNumber = { ...text, name: 'skuPartNumber' } as const;
const servicePlans = {
  ...readOnly,
  name: 'servicePlans',
  type: 'Collection(graph.servicePlanInfo)',
  nullable: false,
} as const;

export const licenseDetails = {
  name: 'licenseDetails',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, source: detailsSource },
    { ...skuId, source: detailsSource },
    { ...skuPartNumber, source: detailsSource },
    { ...servicePlans, source: detailsSource },
  ],
  source: detailsSource,
} as const satisfies EntityRow;

export const subscribedSku = {
  name: 'subscribedSku',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...text, name: 'accountName', source: skuSource },
    { ...text, name: 'accountId', source: skuSource },
    { ...text, name: 'appliesTo', source: skuSource },
    { ...text, name: 'capabilityStatus', source: skuSource },
    { ...readOnly, name: 'consumedUnits', type: 'Edm.Int32', source: skuSource },
    { ...ID_ROW, source: skuSource },
    { ...readOnly, name: 'prepaidUnits', type: 'graph.licenseUnitsDetail', source: skuSource },
    { ...servicePlans, source: skuSource },
    { ...skuId, source: skuSource },
    { ...skuPartNumber, source: skuSource },
    {
      ...readOnly,
      name: 'subscriptionIds',
      type: 'Collection(Edm.String)',
      nullable: false,
      isNullableInSchema: true,
      source: skuSource,
    },
  ],
  source: skuSource,
} as const satisfies EntityRow;
