/** Shells that commands, flags and their values are completed in. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof SHELLS)[number];

/** What `vivarium env` prints variables for: shells, and files of `NAME=value` lines. */
export const ENV_SHELLS = ['sh', 'powershell', 'dotenv'] as const;

export type EnvShell = (typeof ENV_SHELLS)[number];

/** What the scripts call: `vivarium __values SOURCE =BEGIN WORDS`. No command of its own: it would be in the help. */
export const VALUES_WORD = '__values';

/** What only a server, its ready file or its data folder knows; named as help and flags name such a value. */
export const LIVE_SOURCES = [
  'app',
  'user',
  'scope',
  'tenant',
  'fault',
  'limit',
  'fault-preset',
  'limit-preset',
  'snapshot',
  'entry',
  'inbox',
] as const;

export type LiveSource = (typeof LIVE_SOURCES)[number];
