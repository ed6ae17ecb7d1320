// docs/errors.md, printed from the error catalogues.
import { CLAUSE_REASONS, DETAILS, ERRORS } from '../src/model/errors.ts';
import { MAX_REASONS, REASONS } from '../src/model/reasons.ts';
import type { ErrorRow } from '../src/model/rows.ts';
import { TOKEN_ERRORS } from '../src/model/token-errors.ts';
import { code, markdownTable } from './markdown.ts';

/** What refusals tell where they are explained. */
const EXPLANATIONS = [
  ['any whose message says too little', '`reasons`: why, in sentences; see [Explanations](#explanations)'],
  [
    'what names something that does not exist, and paths; of a sandbox only',
    '`nearMisses`: what was probably meant, in sentences',
  ],
  [
    'E2, for want of a permission',
    '`requiredPermissions`: one of them would do, in a token of `requiredTokenKind`; `tokenPermissions`, `tokenKind`: what was sent',
  ],
  ['E2, of a user who is not an administrator', '`requiredDirectoryRoles`, `userDirectoryRoles`'],
  ['E3, for the tenant', '`missingServicePlan`'],
  [
    'E3 for a user, E15',
    '`requiredLicence`, `userLicence`, `missingServicePlan`: as `/users/{id}/licenseDetails` names it',
  ],
  ['what differs from the schema', '`deviations`: what was found and what was expected, see [strict.md](strict.md)'],
] as const;

export function printErrors(): string {
  return `# Errors

Printed from \`src/model/errors.ts\` and \`src/model/token-errors.ts\` by \`npm run docs\`.

An error of the Graph API has the body below. Branch on the status and the code: the messages are the published ones,
always in English, and not part of the contract. \`{name}\` is filled in by the server.

\`\`\`json
{
  "error": {
    "code": "badRequest",
    "message": "Required fields are missing",
    "details": [{ "code": "badRequest", "message": "Input field status is required", "target": "status" }],
    "innerError": { "date": "…", "request-id": "…", "client-request-id": "…" }
  }
}
\`\`\`

With the setting \`explainRefusals\`, which is on by default, \`innerError\` also says why a request was refused. The
journal of a sandbox says it in any case. The log has \`detail\`.

${markdownTable(['Refusal', 'Members of `innerError`'], EXPLANATIONS)}

Row: the row of the error tables of the reference, where there is one. Name: what logs and presets call the refusal.

The same request is worth sending again after 429, 503 and 504 only, and after 401 with a new token:
[Test your retries](guides/retries.md).
${statuses().map(printStatus).join('')}
## Details

What \`error.details\` says of one field.

${markdownTable(
  ['Name', 'Code', 'Message'],
  Object.entries(DETAILS).map(([name, row]) => [name, code(row.code), row.message]),
)}

## Clauses

What the message of \`filterInvalid\` and \`orderByInvalid\` ends with.

${markdownTable(['Name', 'Reason'], Object.entries(CLAUSE_REASONS))}

## Explanations

Sentences of \`innerError.reasons\` and of \`refusal.reasons\` in the journal. \`{target}\` is a property, an option or a
header; \`{found}\` is what was sent, \`{known}\` what could stand in its place. Where one of \`{known}\` resembles
\`{found}\`, "Did you mean …?" follows. At most ${MAX_REASONS} are given.

${markdownTable(['Name', 'Sentence'], Object.entries(REASONS))}

\`nearMisses\` are looked up in the caller's tenant after the refusal: the id of a userPrincipalName, an external id that was
taken for an id or the other way round, the same id under another provider or learner or as the id of something else, the
most similar id or name, and the operation that a path resembles. \`innerError\` has them for application tokens; for
delegated ones only those of paths. The journal also has those of other tenants.

## Token endpoint

Errors of the embedded issuer, in the form of RFC 6749 and with the numbers of Microsoft Entra:
\`{"error": "…", "error_description": "AADSTS…: …", "error_codes": [number], …}\`.

${markdownTable(
  ['Name', 'Status', 'Error', 'AADSTS', 'Message', 'When', 'What to do', 'Source'],
  Object.entries(TOKEN_ERRORS).map(([name, row]) => [
    name,
    String(row.status),
    code(row.error),
    String(row.number),
    row.message,
    row.when,
    row.remedy,
    row.source,
  ]),
)}
`;
}

function statuses(): readonly number[] {
  const all = Object.values(ERRORS).map(({ status }) => status);
  return [...new Set<number>(all)].toSorted((one, other) => one - other);
}

function printStatus(status: number): string {
  const entries: readonly (readonly [string, ErrorRow])[] = Object.entries(ERRORS);
  const rows = entries
    .filter(([, row]) => row.status === status)
    .map(([name, row]) => [row.id ?? '', name, code(row.code), row.message, row.when, row.remedy, row.source]);
  return `\n## ${status}\n\n${markdownTable(['Row', 'Name', 'Code', 'Message', 'When', 'What to do', 'Source'], rows)}\n`;
}
