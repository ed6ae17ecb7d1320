import { Button, Switch } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { SHOWN_ABOVE } from '../api/action-problem.ts';
import { propertiesOf } from '../api/model.ts';
import { graph } from '../api/server.ts';
import { useTenant } from '../api/tenant.ts';
import { EntityList } from '../parts/entity-list.tsx';
import type { Entity } from '../parts/entity-value.tsx';
import { Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const PATH = '/employeeExperience/learningProviders';
const actor = { kind: 'delegated' } as const;
const properties = propertiesOf('learningProvider');

export function Providers() {
  const tenant = useTenant()?.id;
  if (tenant === undefined) return <Loading />;
  return (
    <EntityList
      title={texts.sections.providers}
      lead={pageTexts.providers.lead}
      tenant={tenant}
      actor={actor}
      path={PATH}
      properties={properties}
      columns={['displayName', 'isCourseActivitySyncEnabled', 'loginWebUrl', 'id']}
      isSortable
      useShow={() => (name, provider) =>
        name === 'isCourseActivitySyncEnabled' ? <SyncSwitch tenant={tenant} provider={provider} /> : undefined
      }
      empty={pageTexts.providers.empty}
      create={{
        label: pageTexts.providers.create,
        properties,
        send: (body) => graph(PATH, { tenant, actor, method: 'POST', body }),
      }}
      update={() => properties}
      canDelete
      detailActions={({ id }) => (
        <>
          <Link to="/contents" search={{ provider: id }}>
            <Button>{texts.sections.contents}</Button>
          </Link>
          <Link to="/activities" search={{ provider: id }}>
            <Button>{texts.sections.activities}</Button>
          </Link>
        </>
      )}
    />
  );
}

interface SyncSwitchProps {
  readonly tenant: string;
  readonly provider: Entity;
}

function SyncSwitch({ tenant, provider }: SyncSwitchProps) {
  const queries = useQueryClient();
  const change = useMutation({
    meta: SHOWN_ABOVE,
    mutationFn: (isOn: boolean) =>
      graph(`${PATH}/${provider.id}`, { tenant, actor, method: 'PATCH', body: { isCourseActivitySyncEnabled: isOn } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['graph', tenant] }),
  });
  const isOn = change.isPending ? change.variables : provider['isCourseActivitySyncEnabled'] === true;
  return (
    <Switch
      checked={isOn}
      aria-label={pageTexts.providers.sync(String(provider['displayName']))}
      onChange={(_, { checked }) => change.mutate(checked)}
    />
  );
}
