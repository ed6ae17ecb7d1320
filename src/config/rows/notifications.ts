/** Settings of the group Notifications. */
import { NOTIFICATION_REACHES } from '../../model/notification-reach.ts';
import type { SettingRows } from './setting-row.ts';

export const NOTIFICATION_ROWS = {
  notificationReach: {
    type: 'choice',
    values: NOTIFICATION_REACHES,
    default: 'loopback',
    group: 'Notifications',
    description:
      'Which addresses notifications and webhooks may be sent to. public allows the Internet, over https; loopback also this machine; any also private networks. Default: public, and loopback in a sandbox.',
  },
} as const satisfies SettingRows;
