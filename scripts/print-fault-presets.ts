// docs/fault-presets.md, printed from the presets of faults and limits.
import { ERRORS } from '../src/model/errors.ts';
import type { ErrorRow } from '../src/model/rows.ts';
import {
  ERROR_PRESETS,
  TOKEN_ERROR_PRESETS,
  TOKEN_NETWORK_PRESETS,
  NETWORK_PRESETS,
} from '../src/sandbox/faults/fault-presets.ts';
import { LIMIT_PRESETS } from '../src/sandbox/limits/limit-presets.ts';
import { code, markdownTable } from './markdown.ts';

const errors: Readonly<Record<string, ErrorRow>> = ERRORS;

export function printFaultPresets(): string {
  return `# Presets of faults and limits

Printed from \`src/sandbox/faults/fault-presets.ts\`, \`src/sandbox/limits/limit-presets.ts\` and \`src/model/errors.ts\` by
\`npm run docs\`. How they are used: [sandbox.md](sandbox.md#faults).

## Weather

\`POST /_vivarium/faults {"preset": "flaky503"}\`; members given beside the preset replace its own.

${markdownTable(
  ['Preset', 'What happens', 'Rule'],
  NETWORK_PRESETS.map(({ name, what, rule }) => [name, what, code(JSON.stringify(rule))]),
)}

## The token endpoint

What breaks a nightly sync before it has begun. Weather presets that are about connections and proxies also take
\`"endpoint": "token"\`.

${markdownTable(
  ['Preset', 'What happens', 'Rule'],
  TOKEN_NETWORK_PRESETS.map(({ name, what, rule }) => [name, what, code(JSON.stringify(rule))]),
)}

Every token error of [errors.md](errors.md), by its name behind \`token\`:

${markdownTable(
  ['Preset', 'AADSTS, status, and when it is real'],
  TOKEN_ERROR_PRESETS.map(({ name, what }) => [name, what]),
)}

## Limits

\`POST /_vivarium/limits {"preset": "429After20PerMinute"}\`

${markdownTable(
  ['Preset', 'What happens', 'Rule'],
  LIMIT_PRESETS.map(({ name, what, rule }) => [name, what, code(JSON.stringify(rule))]),
)}

## Errors

Every row of the error catalogue, by its name in [errors.md](errors.md), such as
\`POST /_vivarium/faults {"preset": "tooManyRequests"}\`. Each \`{name}\` in a message is made up from the request,
or given as \`values\` of the effect.

${markdownTable(
  ['Preset', 'Row', 'Status', 'Code', 'Message'],
  ERROR_PRESETS.map(({ name }) => {
    const row = errors[name] as ErrorRow;
    return [name, row.id ?? '', String(row.status), code(row.code), row.message];
  }),
)}
`;
}
