/** The imports that the server remembers, of whichever program. */
import { Badge, Button, Text } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Import } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatMoment, formatNumber } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Question } from '../parts/question.tsx';
import { Empty } from '../parts/states.tsx';
import { importTexts } from './import-texts.ts';
import { Counts } from './run-panel.tsx';

const texts = importTexts.history;
const REFRESH_MS = 3_000;

const columns: readonly Column<Import>[] = [
  { name: 'name', label: texts.name, show: ({ name }) => name ?? texts.unnamed },
  { name: 'kind', label: texts.kind, show: ({ kind }) => importTexts.map.kinds[kind] },
  { name: 'state', label: texts.state, show: (one) => <State {...one} /> },
  { name: 'rows', label: texts.rows, isNumber: true, show: ({ rows }) => formatNumber(rows) },
  { name: 'counts', label: texts.counts, show: ({ counts }) => <Counts counts={counts} /> },
  { name: 'createdAt', label: texts.createdAt, show: ({ createdAt }) => formatMoment(createdAt) },
];

function State({ state, isDryRun }: Pick<Import, 'state' | 'isDryRun'>) {
  const colour = { open: 'brand', done: 'success', refused: 'danger' } as const;
  return (
    <Badge appearance="tint" color={isDryRun && state === 'done' ? 'informative' : colour[state]}>
      {isDryRun ? `${texts.dryRun}: ${texts.states[state].toLowerCase()}` : texts.states[state]}
    </Badge>
  );
}

export function History({ tenant }: { readonly tenant: string }) {
  const { open } = useSearch({ from: '/imports' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const [removing, setRemoving] = useState<Import>();
  const key = ['imports', tenant];
  const query = useQuery({
    queryKey: key,
    queryFn: async () => (await admin<{ readonly value: readonly Import[] }>(`/imports?tenant=${tenant}`)).value,
    refetchInterval: REFRESH_MS,
  });
  const show = (id?: string): void =>
    void navigate({ to: '/imports', search: { tab: 'history', ...(id !== undefined && { open: id }) } });
  const shown = query.data?.find(({ id }) => id === open);
  return (
    <>
      <Listed
        label={importTexts.tabs.history}
        columns={columns}
        query={query}
        empty={<Empty title={texts.none}>{texts.noneHint}</Empty>}
        keyOf={({ id }) => id}
        openKey={open}
        onOpen={({ id }) => show(id)}
      />
      {shown !== undefined && removing === undefined && (
        <Drawer
          title={shown.name ?? texts.unnamed}
          onClose={() => show()}
          footer={
            isAdministrator && (
              <Button icon={<DeleteRegular />} onClick={() => setRemoving(shown)}>
                {texts.forget}
              </Button>
            )
          }
        >
          {shown.state === 'open' && <Text>{texts.openHint}</Text>}
          <Facts
            facts={[
              [texts.state, <State key="state" {...shown} />],
              [texts.kind, importTexts.map.kinds[shown.kind]],
              [importTexts.read.format, importTexts.read.formats[shown.format]],
              [texts.rows, formatNumber(shown.rows)],
              ...(Object.keys(importTexts.outcomes) as (keyof Import['counts'])[]).map(
                (outcome) => [importTexts.outcomes[outcome], formatNumber(shown.counts[outcome])] as const,
              ),
              [texts.createdAt, formatMoment(shown.createdAt)],
              [texts.changedAt, formatMoment(shown.changedAt)],
            ]}
          />
        </Drawer>
      )}
      {removing !== undefined && (
        <Question
          title={texts.forgetTitle}
          hint={texts.forgetHint}
          confirm={texts.forget}
          onConfirm={async () => {
            await admin(`/imports/${removing.id}?tenant=${tenant}`, { method: 'DELETE' });
            show();
            await queries.invalidateQueries({ queryKey: key });
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}
