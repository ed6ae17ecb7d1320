/** Where the control API of a sandbox is, below the base URL of its server. */
export const CONTROL_ROOT = '/_vivarium';
