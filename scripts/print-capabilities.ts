// docs/capabilities.md, printed from the tables of operations, properties and switches.
import { BEHAVIOUR_SWITCHES } from '../src/model/behaviour.ts';
import type { SwitchRow } from '../src/model/behaviour.ts';
import { OPERATIONS } from '../src/model/operations.ts';
import { PERMISSIONS } from '../src/model/permissions.ts';
import type { OperationRow } from '../src/model/rows.ts';
import { createSchema } from '../src/model/schema.ts';
import type { EntityName } from '../src/model/schema.ts';
import { API_VERSIONS } from '../src/model/versions.ts';
import { DOCUMENT_PATHS } from '../src/odata/documents.ts';
import { listPropertyPaths } from '../src/odata/property-paths.ts';
import { DEFAULT_BEHAVIOUR } from './default-behaviour.ts';
import { code, markdownTable } from './markdown.ts';

export function printCapabilities(): string {
  const entities = [...new Set(OPERATIONS.map(({ entity }) => entity))];
  return `# Capabilities

Printed from \`src/model/\` by \`npm run docs\`.

The operations that the server offers, below \`/v1.0\` and \`/beta\`; both versions work on the same data. An operation needs one
of the permissions listed for its kind of token. Query options are written without their \`$\`; no page documents those in
italics. A switch is a setting; defaults are at the end of this page. The source is the page of the reference that the
operation implements, or says that the operation is an addition of this server: those are there unless it is started with
\`--strict\` or \`--documented-only\`.
${entities.map(printEntity).join('')}
## Filtering and sorting

What \`$filter\` and \`$orderby\` accept, where an operation has them. A complex property is compared by its main value; write its
members as \`dueDateTime/dateTime\`.
${entities.map(printProperties).join('')}
## Several requests in one

\`POST /$batch\` takes the operations above as items, up to the limit of Microsoft Graph. See its page on JSON batching.

## What needs no token

${markdownTable(['Request', 'Answer'], documentRows())}

## Permissions

${markdownTable(['Permission', 'Id of the scope', 'Id of the app role', 'Name'], permissionRows())}

## Switches

Settings for what the documentation leaves open or contradicts; the defaults follow the pages.

${markdownTable(['Switch', 'Default', 'Values', 'Meaning'], switchRows())}
`;
}

function printEntity(entity: string): string {
  const operations: readonly OperationRow[] = OPERATIONS.filter((operation) => operation.entity === entity);
  const groups = Map.groupBy(operations, permissionText);
  const tables = [...groups].map(([permissions, rows]) => `\n${permissions}\n\n${operationTable(rows)}\n`);
  return `\n## ${entity}\n${tables.join('')}`;
}

function permissionText({ application, delegated, opensWith }: OperationRow): string {
  const lines = [`- Application: ${list(application)}`, `- Delegated: ${list(delegated)}`];
  if (opensWith === undefined) return lines.join('\n');
  const added = [...(opensWith.application ?? []), ...(opensWith.delegated ?? [])];
  const kind = opensWith.application === undefined ? 'delegated' : 'application';
  return [...lines, `- With the switch ${code(opensWith.switch)}, ${kind} also: ${list(added)}`].join('\n');
}

function list(permissions: readonly string[]): string {
  return permissions.length === 0 ? 'refused' : permissions.map(code).join(', ');
}

function operationTable(rows: readonly OperationRow[]): string {
  const head = ['Operation', 'Request', 'Success', 'Query options', 'Versions', 'Switch', 'Source'];
  return markdownTable(
    head,
    rows.map((row) => [
      row.id,
      requestText(row),
      String(row.success),
      (row.options ?? [])
        .map((name) => (row.undocumentedOptions?.includes(name) === true ? `*${name}*` : name))
        .join(' '),
      (row.versions ?? API_VERSIONS).join(', '),
      row.onlyWith === undefined ? '' : code(row.onlyWith),
      row.source,
    ]),
  );
}

function requestText({ method, path, otherPath }: OperationRow): string {
  const other = otherPath === undefined ? '' : `, also with ${code(otherPath.slice(path.length))}`;
  return code(`${method} ${path}`) + other;
}

function printProperties(entity: EntityName): string {
  const schema = createSchema(API_VERSIONS[0], DEFAULT_BEHAVIOUR);
  const paths = listPropertyPaths(schema, entity).filter(
    ({ row }) => row.isFilterable === true || row.isSortable === true,
  );
  const rows = paths.map(({ row, derivedType }) => [
    code(row.name),
    row.type,
    derivedType ?? entity,
    row.isFilterable === true ? 'yes' : '',
    row.isSortable === true ? 'yes' : '',
  ]);
  if (rows.length === 0) return '';
  const onlySelected = paths.filter(({ row }) => row.isOnlySelected === true).map(({ row }) => code(row.name));
  const note =
    onlySelected.length === 0 ? '' : `\nOnly answered when \`$select\` names it: ${onlySelected.join(', ')}.\n`;
  return `\n### ${entity}\n\n${markdownTable(['Property', 'Type', 'Of', 'Filter', 'Sort'], rows)}\n${note}`;
}

function documentRows(): readonly (readonly string[])[] {
  return [
    [code(`GET /${DOCUMENT_PATHS.serviceDocument}`), 'The service document: what the version holds.'],
    [code(`GET /${DOCUMENT_PATHS.metadata}`), 'The schema, as CSDL XML 4.0.'],
    [
      code(`GET /${DOCUMENT_PATHS.openApi}`),
      'The operations, as an OpenAPI 3.1 document. Microsoft Graph has no such address.',
    ],
  ];
}

function permissionRows(): readonly (readonly string[])[] {
  return PERMISSIONS.map(({ name, scopeId = '', roleId = '', displayName }) => [
    code(name),
    scopeId,
    roleId,
    displayName,
  ]);
}

function switchRows(): readonly (readonly string[])[] {
  const rows: readonly (readonly [string, SwitchRow<string | boolean>])[] = Object.entries(BEHAVIOUR_SWITCHES);
  return rows.map(([name, row]) => [
    code(name),
    code(String(row.default)),
    (row.values ?? [true, false]).map((value) => code(String(value))).join(', '),
    row.description,
  ]);
}
