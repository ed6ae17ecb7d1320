/** Shells that commands and flags are completed in. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** Shells that `vivarium env` prints variables for. */
export const ENV_SHELLS = ['sh', 'powershell'] as const;

export type EnvShell = (typeof ENV_SHELLS)[number];
