/** Settings of the group Output: what is printed, and to whom. */
import type { SettingRows } from './setting-row.ts';

export const OUTPUT_ROWS = {
  output: {
    type: 'choice',
    values: ['text', 'json'],
    default: 'text',
    group: 'Output',
    description: 'Output format of results and errors: for a person, or as JSON, one value a line.',
  },
  readyFile: {
    type: 'path',
    holds: 'file',
    group: 'Output',
    description:
      'JSON file with addresses, ids and secrets: a server writes it once it accepts requests, and removes it when it stops. Other commands find their server by it, in place of a data folder.',
  },
  logLevel: {
    type: 'choice',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    group: 'Output',
    description: 'Minimum level of the events that are logged to standard error.',
  },
} as const satisfies SettingRows;
