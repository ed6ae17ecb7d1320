/** Whether the requests came that were expected: the same check that a test makes. */
import {
  Combobox,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Option,
  Select,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { JournalVerification } from '../../../src/library/control-types.ts';
import { operations } from '../api/model.ts';
import { control } from '../api/server.ts';
import { pageTexts } from '../page-texts.ts';
import { Facts } from './facts.tsx';
import { FormDrawer } from './form-drawer.tsx';

const COUNTS = ['atLeast', 'exactly', 'atMost'] as const;
const ids = operations.map(({ id }) => id).toSorted();

export function JournalVerify({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState({ operation: '', status: '', count: 'atLeast', number: '1' });
  const { operation, status, count, number } = draft;
  const check = useMutation({
    mutationFn: () =>
      control<JournalVerification>('/journal/verify', {
        method: 'POST',
        body: {
          match: { ...(operation !== '' && { operation }), ...(status !== '' && { status }) },
          count: { [count]: Number(number) },
        },
      }),
  });
  const edit = (changes: Partial<typeof draft>): void => {
    setDraft({ ...draft, ...changes });
    check.reset();
  };
  const found = ids.filter((id) => id.toLowerCase().includes(operation.toLowerCase()));
  return (
    <FormDrawer
      title={pageTexts.verify.title}
      submitLabel={pageTexts.verify.submit}
      sending={check}
      onSubmit={() => check.mutate()}
      onClose={onClose}
    >
      <Field label={pageTexts.journal.operation} hint={pageTexts.verify.operationHint}>
        <Combobox
          freeform
          value={operation}
          selectedOptions={[]}
          onChange={(event) => edit({ operation: event.target.value })}
          onOptionSelect={(_, { optionValue = '' }) => edit({ operation: optionValue })}
        >
          {found.map((id) => (
            <Option key={id}>{id}</Option>
          ))}
        </Combobox>
      </Field>
      <Field label={pageTexts.journal.status} hint={pageTexts.verify.statusHint}>
        <Input value={status} onChange={(_, { value }) => edit({ status: value.trim() })} />
      </Field>
      <Field label={pageTexts.verify.count}>
        <Select value={count} onChange={(_, { value }) => edit({ count: value })}>
          {COUNTS.map((name) => (
            <option key={name} value={name}>
              {pageTexts.verify.counts[name]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={pageTexts.verify.number}>
        <Input type="number" min={0} value={number} onChange={(_, { value }) => edit({ number: value })} />
      </Field>
      {check.data !== undefined && <Outcome outcome={check.data} />}
    </FormDrawer>
  );
}

function Outcome({ outcome }: { readonly outcome: JournalVerification }) {
  const { isSatisfied, explanation, nearMisses } = outcome;
  return (
    <>
      <MessageBar intent={isSatisfied ? 'success' : 'warning'} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{isSatisfied ? pageTexts.verify.satisfied : pageTexts.verify.unsatisfied}</MessageBarTitle>
          {explanation}
        </MessageBarBody>
      </MessageBar>
      {nearMisses.map(({ entry, method, url, differs }) => (
        <section key={entry} aria-label={pageTexts.journal.entry(String(entry))}>
          <Link to="/journal" search={{ open: String(entry) }}>{`${method} ${url}`}</Link>
          <Facts
            facts={differs.map(({ part, expected, actual }) => [
              part,
              pageTexts.verify.differs(JSON.stringify(expected), JSON.stringify(actual ?? null)),
            ])}
          />
        </section>
      ))}
    </>
  );
}
