import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { ArrowUndoRegular } from '@fluentui/react-icons/svg/arrow-undo';
import { CameraRegular } from '@fluentui/react-icons/svg/camera';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { SnapshotDescription } from '../../../src/library/control-types.ts';
import { control } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import type { Column } from '../parts/data-table.tsx';
import { problemAt } from '../parts/form-drawer.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { formatInstant } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Question } from '../parts/question.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { useFieldProblems } from '../parts/use-explained.ts';
import { pageTexts } from '../page-texts.ts';
import { useChange } from './use-change.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
});

const REFRESH_MS = 3_000;

interface Asked {
  readonly title: string;
  readonly hint: string;
  readonly path: string;
  readonly method: string;
}

export function Snapshots() {
  const styles = useStyles();
  const formStyles = useFormStyles();
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const problemOf = useFieldProblems(change.error);
  const [name, setName] = useState('');
  const [asked, setAsked] = useState<Asked>();
  const query = useQuery({
    queryKey: ['sandbox', 'snapshots'],
    queryFn: async () => (await control<{ readonly value: readonly SnapshotDescription[] }>('/snapshots')).value,
    refetchInterval: REFRESH_MS,
  });
  const restoreOf = ({ name: of }: SnapshotDescription): Asked => ({
    title: pageTexts.snapshots.restoreTitle(of),
    hint: pageTexts.snapshots.restoreHint,
    path: `/snapshots/${of}/restore`,
    method: 'POST',
  });
  const removeOf = ({ name: of }: SnapshotDescription): Asked => ({
    title: pageTexts.snapshots.removeTitle(of),
    hint: pageTexts.snapshots.removeHint,
    path: `/snapshots/${of}`,
    method: 'DELETE',
  });
  const actions: Column<SnapshotDescription> = {
    name: 'actions',
    label: pageTexts.snapshots.actions,
    show: (one) => (
      <>
        <Button
          size="small"
          icon={<ArrowUndoRegular />}
          disabled={!one.isUsable}
          onClick={() => setAsked(restoreOf(one))}
        >
          {pageTexts.snapshots.restore}
        </Button>
        <Button
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={pageTexts.rules.removeOne(one.name)}
          onClick={() => setAsked(removeOf(one))}
        />
      </>
    ),
  };
  const columns: readonly Column<SnapshotDescription>[] = [
    { name: 'name', label: pageTexts.snapshots.name, show: (one) => one.name },
    { name: 'createdAt', label: pageTexts.snapshots.createdAt, show: ({ createdAt }) => formatInstant(createdAt) },
    {
      name: 'tenant',
      label: pageTexts.snapshots.tenant,
      show: ({ tenant }) => tenant ?? pageTexts.snapshots.allTenants,
    },
    ...(isViewer ? [] : [actions]),
  ];
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate(
      { path: '/snapshots', method: 'POST', body: { name: name.trim() } },
      { onSuccess: () => setName('') },
    );
  };
  return (
    <>
      {change.error !== null && <Failure problem={change.error} />}
      <Listed
        label={pageTexts.sandbox.tabs.snapshots}
        columns={columns}
        query={query}
        empty={<Empty title={pageTexts.snapshots.none}>{pageTexts.snapshots.noneHint}</Empty>}
        keyOf={(one) => one.name}
      />
      {!isViewer && (
        <div className={styles.columns}>
          <Panel title={pageTexts.snapshots.save}>
            <form className={formStyles.line} onSubmit={save}>
              <Field
                className={formStyles.lineField}
                label={pageTexts.snapshots.name}
                hint={pageTexts.snapshots.nameHint}
                {...problemAt(problemOf('name'))}
              >
                <Input value={name} onChange={(_, { value }) => setName(value)} />
              </Field>
              <Button
                type="submit"
                className={formStyles.besideInput}
                appearance="primary"
                icon={<CameraRegular />}
                disabled={name.trim() === '' || change.isPending}
              >
                {pageTexts.snapshots.submit}
              </Button>
            </form>
          </Panel>
          <Panel title={pageTexts.snapshots.reset}>
            <Text>{pageTexts.snapshots.resetLead}</Text>
            <div>
              <Button
                icon={<ArrowUndoRegular />}
                onClick={() =>
                  setAsked({
                    title: pageTexts.snapshots.resetTitle,
                    hint: pageTexts.snapshots.resetHint,
                    path: '/reset',
                    method: 'POST',
                  })
                }
              >
                {pageTexts.snapshots.reset}
              </Button>
            </div>
          </Panel>
        </div>
      )}
      {asked !== undefined && (
        <Question
          title={asked.title}
          hint={asked.hint}
          confirm={asked.title}
          onConfirm={() => change.mutateAsync({ path: asked.path, method: asked.method })}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
