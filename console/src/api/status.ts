/** What the server says of itself, asked again every few seconds: all pages share one answer. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ClockDescription, SnapshotDescription } from '../../../src/library/control-types.ts';
import type { AdminStatus, TenantCounts, TenantDescription } from '../../../src/library/admin-types.ts';
import { admin, control } from './server.ts';
import { useIsLearner } from './session.ts';

export interface ServerStatus extends AdminStatus {
  readonly tenants: readonly TenantDescription[];
}

export interface SandboxStatus {
  readonly clock: ClockDescription;
  readonly faults: number;
  readonly limits: number;
  readonly journal: number;
  readonly snapshots: readonly SnapshotDescription[];
}

const REFRESH_MS = 5_000;

export const serverStatus = queryOptions({
  queryKey: ['status'],
  queryFn: async (): Promise<ServerStatus> => {
    const [status, { value }] = await Promise.all([
      admin<AdminStatus>('/status'),
      admin<{ readonly value: ServerStatus['tenants'] }>('/tenants'),
    ]);
    return { ...status, tenants: value };
  },
  refetchInterval: REFRESH_MS,
});

export const countsOf = (tenant: string) =>
  queryOptions({
    queryKey: ['graph', tenant, 'counts'],
    queryFn: () => admin<TenantCounts>(`/counts?tenant=${tenant}`),
  });

const sandboxStatus = queryOptions({
  queryKey: ['sandbox', 'status'],
  queryFn: () => control<SandboxStatus>('/status'),
  refetchInterval: REFRESH_MS,
});

/** `undefined` for learners, who see nothing of the server, and while it is not wanted. */
export function useServerStatus(isWanted = true): ServerStatus | undefined {
  return useQuery({ ...serverStatus, enabled: !useIsLearner() && isWanted }).data;
}

/** Everything that was read may be different now: after a reset, a restore, a jump of the clock. */
export function useRefreshAll(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}

/** `null` when the server runs without the sandbox. */
export function useSandbox(isWanted = true): SandboxStatus | null | undefined {
  const isSandbox = useServerStatus(isWanted)?.isSandbox;
  const { data } = useQuery({ ...sandboxStatus, enabled: isSandbox === true && isWanted });
  return isSandbox === false ? null : data;
}
