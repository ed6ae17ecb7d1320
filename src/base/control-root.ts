/** Where the control API of a sandbox is, below the base URL of its server. */
export const CONTROL_ROOT = '/_vivarium';

/** Of the health routes: which start of a server answers, as its data folder has noted. */
export const INSTANCE_HEADER = 'vivarium-instance';
