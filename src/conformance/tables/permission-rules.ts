/** What each permission opens: every one alone, and none at all, with tokens of applications and of users. */
import { OPERATIONS } from '../../model/operations.ts';
import type { OperationRow } from '../../model/rows.ts';
import type { RuleCaller } from '../callers.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import { CELLS, HELD_PERMISSIONS } from './permissions.ts';
import type { PermissionCell } from './permissions.ts';

const KINDS = ['application', 'delegated'] as const;
type Kind = (typeof KINDS)[number];

const REFUSED = 403;
const NOT_FOUND = 404;
const NEEDS_USER = 400;

const HELD = ['none', ...HELD_PERMISSIONS] as const;

function expectedStatus(cell: PermissionCell, kind: Kind, held: string): number {
  const holds = (permissions: readonly string[] = []): boolean => permissions.includes(held);
  if (kind === 'application' && cell.isPersonal === true) return NEEDS_USER;
  if (holds(cell[kind])) return cell.permitted;
  return holds(cell.hidden?.[kind]) ? NOT_FOUND : REFUSED;
}

function callerOf({ user }: PermissionCell, kind: Kind, held: string): RuleCaller {
  const permissions = held === 'none' ? [] : [held];
  return kind === 'application' ? { roles: permissions } : { user, scopes: permissions };
}

/** An operation that only a switch brings about needs a server with it. */
function needsOfCell({ operation }: PermissionCell): Pick<RuleRow, 'settings' | 'isExtension'> {
  const row: OperationRow | undefined = OPERATIONS.find(({ id }) => id === operation);
  return {
    ...(row?.onlyWith !== undefined && { settings: { [row.onlyWith]: true } }),
    ...(row?.isAddition === true && { isExtension: true }),
  };
}

function rowOfCell(cell: PermissionCell, kind: Kind): RuleRow {
  const { operation, type, send, json, headers } = cell;
  const article = kind === 'application' ? 'an application' : 'a delegated';
  return {
    id: `permission-${operation}${type === undefined ? '' : `-${type.replaceAll(' ', '-')}`}-${kind}`,
    rule: `${operation}${type === undefined ? '' : ` of ${type}s`} with ${article} token takes the documented permissions and no others`,
    ...needsOfCell(cell),
    changesNothing: true,
    steps: HELD.map((held) => ({
      as: callerOf(cell, kind, held),
      send,
      ...(json !== undefined && { json }),
      ...(headers !== undefined && { headers }),
      gets: { status: expectedStatus(cell, kind, held) },
    })),
  };
}

export const permissionTable: RuleTable = {
  section: 'permissions',
  title: 'permissions',
  source: 'Microsoft Graph reference: permissions table of the page of each operation',
  rows: CELLS.flatMap((cell) => KINDS.map((kind) => rowOfCell(cell, kind))),
};
