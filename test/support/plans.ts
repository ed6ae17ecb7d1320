/** What a plan of PostgreSQL says about the tenants that it looks at. */

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Node Type': string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

export interface Scan {
  readonly table: string;
  /** The number of the parameter that the tenant has to be equal to, from 1; `undefined` when it may be any. */
  readonly tenant: number | undefined;
}

/** Each reading of one of the tables, from the JSON of EXPLAIN. What is written is in a reading below, or an insert. */
export function tenantOfScans(plans: unknown, tables: readonly string[]): readonly Scan[] {
  const [{ Plan: root }] = plans as readonly [{ readonly Plan: PlanNode }];
  return nodesOf(root)
    .filter((node) => node['Node Type'] !== 'ModifyTable' && tables.includes(node['Relation Name'] ?? ''))
    .map((node) => ({ table: node['Relation Name'] as string, tenant: findTenant(node) }));
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function findTenant(node: PlanNode): number | undefined {
  const conditions = [node['Index Cond'], node['Recheck Cond'], node.Filter].join(' and ');
  const number = /\btenant_id = \$(\d+)/.exec(conditions)?.[1];
  return number === undefined ? undefined : Number(number);
}
