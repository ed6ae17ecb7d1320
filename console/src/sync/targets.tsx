/** The other tenants that records are sent to: how each target stands, and what can be done about what is not sent. */
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { SyncTargetStatus } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { Code } from '../parts/copy.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { syncTexts as texts } from './sync-texts.ts';
import { TARGETS } from './target-action.ts';
import { TargetPanel } from './target-panel.tsx';

const REFRESH_MS = 3_000;

const EXAMPLE = `syncTargets:
  - name: viva
    tenant: contoso.onmicrosoft.com # here
    provider: 01e8f81b-3060-4dec-acf0-0389665a0a38 # here
    remoteTenant: contoso.onmicrosoft.com
    clientId: 6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a99
    certificateFile: viva.pem
`;

export function Targets() {
  const { data, error, refetch } = useQuery({
    queryKey: TARGETS,
    queryFn: async () => (await admin<{ readonly value: readonly SyncTargetStatus[] }>('/sync/targets')).value,
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined)
    return error === null ? <Loading rows={4} /> : <Failure problem={error} onRetry={() => void refetch()} />;
  if (data.length === 0) {
    return (
      <>
        <Empty title={texts.none}>{texts.noneHint}</Empty>
        <Code text={EXAMPLE} label={texts.example} />
      </>
    );
  }
  return (
    <>
      {data.map((target) => (
        <TargetPanel key={target.name} target={target} />
      ))}
      <Text size={200}>{texts.configured}</Text>
    </>
  );
}
