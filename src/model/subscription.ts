/** A subscription to change notifications: Microsoft Graph's form, for resources that it has no notifications of. */
import type { EntityRow, PropertyRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

const source = 'resources/subscription, api/subscription-post-subscriptions';
const text = { type: 'Edm.String', nullable: true, onCreate: 'optional', onUpdate: 'fixed', source } as const;
const required = { ...text, nullable: false, onCreate: 'required' } as const;
const readOnly = { ...text, onCreate: 'ignored' } as const;
const url = { isUrl: true, maxLength: 2048 } as const satisfies Partial<PropertyRow>;

export const subscription = {
  name: 'subscription',
  isConcrete: true,
  // Beside Viva Learning: of whatever can be read.
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, source },
    { ...readOnly, name: 'applicationId' },
    { ...required, name: 'changeType', maxLength: 64 },
    { ...text, name: 'clientState', maxLength: 128 },
    { ...readOnly, name: 'creatorId' },
    // What is told has no data of the resource, so that there is nothing to encrypt.
    { ...readOnly, name: 'encryptionCertificate' },
    { ...readOnly, name: 'encryptionCertificateId' },
    {
      ...required,
      name: 'expirationDateTime',
      type: 'Edm.DateTimeOffset',
      utcOffset: 'Z',
      onUpdate: 'optional',
    },
    { ...text, name: 'includeResourceData', type: 'Edm.Boolean' },
    { ...text, name: 'latestSupportedTlsVersion', maxLength: 8 },
    { ...text, ...url, name: 'lifecycleNotificationUrl' },
    { ...readOnly, name: 'notificationQueryOptions' },
    { ...required, ...url, name: 'notificationUrl', onUpdate: 'optional' },
    { ...text, name: 'notificationUrlAppId', maxLength: 128 },
    { ...required, name: 'resource', maxLength: 512 },
  ],
  source,
} as const satisfies EntityRow;

export const CHANGE_TYPES = ['created', 'updated', 'deleted'] as const;
export const TLS_VERSIONS = ['v1_0', 'v1_1', 'v1_2', 'v1_3'] as const;
export const DEFAULT_TLS_VERSION = 'v1_2';

/** As long as Microsoft Graph lets subscriptions to directory resources last, and as short as any. */
export const MAX_SUBSCRIPTION_MINUTES = 41_760;
export const MIN_SUBSCRIPTION_MINUTES = 45;
