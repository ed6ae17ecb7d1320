/** Where notifications may be sent to. `public`: the Internet. `loopback`: this machine too. `any`: private networks too. */
export const NOTIFICATION_REACHES = ['public', 'loopback', 'any'] as const;
export type NotificationReach = (typeof NOTIFICATION_REACHES)[number];
