/** What faults and limits have in common: presets to add, rules as JSON, a table of those that are there. */
import { Button, Field, makeStyles, Select, Text, Textarea, tokens } from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { FaultPreset } from '../../../src/library/control-types.ts';
import { SHOWN_ABOVE } from '../api/action-problem.ts';
import { control } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import type { Column } from '../parts/data-table.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { Listed } from '../parts/listed.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { useChange } from './use-change.ts';

const useStyles = makeStyles({
  hint: { color: tokens.colorNeutralForeground2 },
  mono: { fontFamily: tokens.fontFamilyMonospace },
});

const REFRESH_MS = 3_000;

export interface RulesProps<Rule> {
  readonly kind: FaultPreset['kind'];
  /** Of the collection in the control API, without its slash: the name of its tab, too. */
  readonly name: 'faults' | 'limits';
  /** Between the name of a rule and the button that removes it. */
  readonly columns: readonly Column<Rule>[];
}

/** The rules of a kind, with what they have counted so far, and a form to add one. */
export function Rules<Rule extends { readonly id: string }>({ kind, name, columns }: RulesProps<Rule>) {
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange(SHOWN_ABOVE);
  const path = `/${name}`;
  const query = useQuery({
    queryKey: ['sandbox', name],
    queryFn: async () => (await control<{ readonly value: readonly Rule[] }>(path)).value,
    refetchInterval: REFRESH_MS,
  });
  const remove: Column<Rule> = {
    name: 'remove',
    label: pageTexts.rules.remove,
    show: ({ id }) => (
      <Button
        size="small"
        appearance="subtle"
        icon={<DeleteRegular />}
        disabled={isViewer || (change.isPending && change.variables.path === `${path}/${id}`)}
        aria-label={pageTexts.rules.removeOne(id)}
        onClick={() => change.mutate({ path: `${path}/${id}`, method: 'DELETE' })}
      />
    ),
  };
  const all: readonly Column<Rule>[] = [
    { name: 'id', label: pageTexts.rules.name, show: ({ id }) => id },
    ...columns,
    remove,
  ];
  return (
    <>
      <Listed
        label={pageTexts.sandbox.tabs[name]}
        columns={all}
        query={query}
        empty={<Empty title={pageTexts[name].none}>{pageTexts[name].noneHint}</Empty>}
        keyOf={({ id }) => id}
      />
      <AddRule kind={kind} path={path} />
    </>
  );
}

interface AddRuleProps {
  readonly kind: FaultPreset['kind'];
  /** Of the collection in the control API. */
  readonly path: string;
}

function AddRule({ kind, path }: AddRuleProps) {
  const styles = useStyles();
  const formStyles = useFormStyles();
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const { data } = useQuery({
    queryKey: ['sandbox', 'presets'],
    queryFn: async () => (await control<{ readonly value: readonly FaultPreset[] }>('/fault-presets')).value,
    staleTime: Infinity,
  });
  const presets = (data ?? []).filter((preset) => preset.kind === kind);
  const [name, setName] = useState('');
  const [rule, setRule] = useState('');
  const [unreadable, setUnreadable] = useState<string>();
  if (isViewer) return null;
  const chosen = presets.find((preset) => preset.name === name);
  const choose = (next: string): void => {
    setName(next);
    const found = presets.find((preset) => preset.name === next);
    setRule(found === undefined ? '' : JSON.stringify(found.rule, undefined, 2));
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setUnreadable(undefined);
    try {
      const body = { ...(name !== '' && { preset: name }), ...(JSON.parse(rule || '{}') as object) };
      change.mutate({ path, method: 'POST', body });
    } catch (problem) {
      setUnreadable(String(problem));
    }
  };
  return (
    <Panel title={pageTexts.rules.add[kind]}>
      <Text className={styles.hint}>{pageTexts.rules.docs}</Text>
      {change.error !== null && <Failure problem={change.error} />}
      <form className={formStyles.form} onSubmit={submit}>
        <Field label={pageTexts.rules.preset} hint={chosen?.what ?? null}>
          <Select value={name} onChange={(_, { value }) => choose(value)}>
            <option value="">{pageTexts.rules.noPreset}</option>
            {presets.map((preset) => (
              <option key={preset.name} value={preset.name}>
                {preset.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label={pageTexts.rules.rule}
          hint={pageTexts.rules.ruleHint[kind]}
          validationMessage={unreadable ?? null}
        >
          <Textarea
            rows={8}
            resize="vertical"
            textarea={{ className: styles.mono, spellCheck: false }}
            value={rule}
            onChange={(_, { value }) => setRule(value)}
          />
        </Field>
        <div>
          <Button
            type="submit"
            appearance="primary"
            icon={<AddRegular />}
            disabled={change.isPending || (name === '' && rule.trim() === '')}
          >
            {pageTexts.rules.submit}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
