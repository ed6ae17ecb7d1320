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
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { problemAt } from '../parts/form-drawer.tsx';
import { formatInstant } from '../parts/format.ts';
import { Question } from '../parts/question.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { useFieldProblems } from '../parts/use-explained.ts';
import { pageTexts } from '../page-texts.ts';
import { useChange } from './use-change.ts';

const useStyles = makeStyles({
  line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'start' },
  // Beside the input, below the height of its label.
  besideInput: { marginTop: '26px', '@media (max-width: 640px)': { marginTop: 0 } },
});

interface Asked {
  readonly title: string;
  readonly hint: string;
  readonly path: string;
  readonly method: string;
}

export function Snapshots() {
  const styles = useStyles();
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const problemOf = useFieldProblems(change.error);
  const [name, setName] = useState('');
  const [asked, setAsked] = useState<Asked>();
  const { data, error } = useQuery({
    queryKey: ['sandbox', 'snapshots'],
    queryFn: async () => (await control<{ readonly value: readonly SnapshotDescription[] }>('/snapshots')).value,
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
      {(error ?? change.error) !== null && <Failure problem={error ?? change.error} />}
      {data === undefined ? (
        error === null && <Loading rows={3} />
      ) : data.length === 0 ? (
        <Empty title={pageTexts.snapshots.none}>{pageTexts.snapshots.noneHint}</Empty>
      ) : (
        <DataTable label={pageTexts.sandbox.tabs.snapshots} columns={columns} rows={data} keyOf={(one) => one.name} />
      )}
      {!isViewer && (
        <Panel title={pageTexts.snapshots.save}>
          <form className={styles.line} onSubmit={save}>
            <Field
              label={pageTexts.snapshots.name}
              hint={pageTexts.snapshots.nameHint}
              {...problemAt(problemOf('name'))}
            >
              <Input value={name} onChange={(_, { value }) => setName(value)} />
            </Field>
            <Button
              type="submit"
              className={styles.besideInput}
              appearance="primary"
              icon={<CameraRegular />}
              disabled={name.trim() === '' || change.isPending}
            >
              {pageTexts.snapshots.submit}
            </Button>
          </form>
        </Panel>
      )}
      {!isViewer && (
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
