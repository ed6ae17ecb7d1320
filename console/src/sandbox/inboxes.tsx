/** Inboxes: what arrived in place of an endpoint. Any name is one, so that opening one is all it takes. */
import { Button, Field, Input } from '@fluentui/react-components';
import { MailInboxRegular } from '@fluentui/react-icons/svg/mail-inbox';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { Inbox } from '../../../src/library/control-types.ts';
import { control } from '../api/server.ts';
import { pageTexts } from '../page-texts.ts';
import type { Column } from '../parts/data-table.tsx';
import { problemAt } from '../parts/form-drawer.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { formatNumber, formatRecent } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty } from '../parts/states.tsx';
import { InboxDrawer } from './inbox-drawer.tsx';
import { inboxTexts as texts } from './inbox-texts.ts';

const REFRESH_MS = 3_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const COLUMNS: readonly Column<Inbox>[] = [
  { name: 'name', label: texts.name, show: ({ name }) => name },
  { name: 'requests', label: texts.requests, isNumber: true, show: ({ requests }) => formatNumber(requests) },
  {
    name: 'last',
    label: texts.last,
    show: ({ lastReceivedAt }) => (lastReceivedAt === undefined ? texts.never : formatRecent(lastReceivedAt)),
  },
  { name: 'answers', label: texts.answers, show: ({ reply }) => texts.reply(reply ?? { status: 204 }) },
  { name: 'signatures', label: texts.signatures, show: ({ hasSecret }) => (hasSecret ? texts.checked : undefined) },
];

export function Inboxes() {
  const { open } = useSearch({ from: '/sandbox' });
  const navigate = useNavigate();
  const show = (name?: string): void =>
    void navigate({ to: '/sandbox', search: { tab: 'inboxes', ...(name !== undefined && { open: name }) } });
  const query = useQuery({
    queryKey: ['sandbox', 'inboxes'],
    queryFn: async () => (await control<{ readonly value: readonly Inbox[] }>('/inboxes')).value,
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <Listed
        label={pageTexts.sandbox.tabs.inboxes}
        columns={COLUMNS}
        query={query}
        empty={<Empty title={texts.none}>{texts.noneHint}</Empty>}
        keyOf={({ name }) => name}
        openKey={open}
        onOpen={({ name }) => show(name)}
      />
      <OpenInbox onOpen={show} />
      {open !== undefined && NAME.test(open) && <InboxDrawer name={open} onClose={() => show()} />}
    </>
  );
}

function OpenInbox({ onOpen }: { onOpen(name: string): void }) {
  const styles = useFormStyles();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isName = NAME.test(name.trim());
    setProblem(isName ? undefined : texts.nameProblem);
    if (isName) onOpen(name.trim());
  };
  return (
    <Panel title={texts.openTitle}>
      <form className={styles.line} onSubmit={submit} noValidate>
        <Field className={styles.lineField} label={texts.newName} hint={texts.nameHint} {...problemAt(problem)}>
          <Input value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Button
          type="submit"
          className={styles.besideInput}
          appearance="primary"
          icon={<MailInboxRegular />}
          disabled={name.trim() === ''}
        >
          {texts.open}
        </Button>
      </form>
    </Panel>
  );
}
