/** Where the control API of a sandbox is, below the base URL of its server. */
export const CONTROL_ROOT = '/_vivarium';

/** Where the admin API is, on any server. */
export const ADMIN_ROOT = '/_admin';

export type ControlRoot = typeof CONTROL_ROOT | typeof ADMIN_ROOT;

/** Where the inboxes of a sandbox are. */
export const INBOX_ROOT = '/_inbox';

/** Where the console is. */
export const CONSOLE_ROOT = '/console';

/** Where the documentation is. */
export const DOCS_ROOT = '/docs';

/** A request for a health route that has it is answered with the start of the server, as its data folder has noted it. */
export const INSTANCE_HEADER = 'vivarium-instance';
