/** One inbox: its address, what it answers, and what arrived, the newest first. */
import { Badge, Button, makeStyles, mergeClasses, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { ArrowLeftRegular } from '@fluentui/react-icons/svg/arrow-left';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Inbox, InboxRequest } from '../../../src/library/control-types.ts';
import { control } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { Code } from '../parts/copy.tsx';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatJson, formatRecent } from '../parts/format.ts';
import { Question } from '../parts/question.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { useReturnedFocus } from '../parts/use-returned-focus.ts';
import { InboxForm } from './inbox-form.tsx';
import { inboxTexts as texts } from './inbox-texts.ts';
import { useChange } from './use-change.ts';

const REFRESH_MS = 2_000;

const useStyles = makeStyles({
  inbox: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  hidden: { display: 'none' },
});

export interface InboxDrawerProps {
  readonly name: string;
  onClose(): void;
}

export function InboxDrawer({ name, onClose }: InboxDrawerProps) {
  const styles = useStyles();
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const [isForgetting, setForgetting] = useState(false);
  const [shown, setShown] = useState<number>();
  const path = `/inboxes/${encodeURIComponent(name)}`;
  const { data: inbox, error } = useQuery({
    queryKey: ['sandbox', 'inboxes', name],
    queryFn: () => control<Inbox>(path),
    refetchInterval: REFRESH_MS,
  });
  const { data: requests, error: requestsError } = useQuery({
    queryKey: ['sandbox', 'inboxes', name, 'requests'],
    queryFn: async () => (await control<{ readonly value: readonly InboxRequest[] }>(`${path}/requests`)).value,
    refetchInterval: REFRESH_MS,
  });
  const problem = error ?? requestsError;
  const request = requests?.find(({ id }) => id === shown);
  return (
    <>
      <Drawer
        title={name}
        isWide
        onClose={onClose}
        footer={
          !isViewer && (
            <Button icon={<DeleteRegular />} onClick={() => setForgetting(true)}>
              {texts.forget}
            </Button>
          )
        }
      >
        {problem !== null && <Failure problem={problem} />}
        {inbox === undefined && problem === null && <Loading rows={3} />}
        {request !== undefined && <Request key={request.id} request={request} onBack={() => setShown(undefined)} />}
        {inbox !== undefined && (
          // Hidden rather than removed: the form keeps what was typed.
          <div className={mergeClasses(styles.inbox, request !== undefined && styles.hidden)}>
            <Code text={inbox.url} label={texts.address} isWrapped />
            <Subtitle2 as="h3">{texts.arrived}</Subtitle2>
            {requests === undefined ? (
              problem === null && <Loading rows={3} />
            ) : (
              <Requests requests={requests} onOpen={setShown} />
            )}
            {!isViewer && <InboxForm key={name} path={path} inbox={inbox} />}
          </div>
        )}
      </Drawer>
      {isForgetting && (
        <Question
          title={texts.forgetTitle(name)}
          hint={texts.forgetHint}
          confirm={texts.forget}
          onConfirm={() => change.mutateAsync({ path, method: 'DELETE' })}
          onClose={() => setForgetting(false)}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<InboxRequest>[] = [
  { name: 'time', label: texts.time, show: ({ receivedAt }) => formatRecent(receivedAt) },
  { name: 'method', label: texts.method, show: ({ method }) => method },
  { name: 'answered', label: texts.answered, show: ({ status }) => <StatusBadge status={status} /> },
  { name: 'signature', label: texts.signature, show: signatureOf },
  { name: 'delivery', label: texts.delivery, show: deliveryOf },
];

function Requests({ requests, onOpen }: { readonly requests: readonly InboxRequest[]; onOpen(id: number): void }) {
  if (requests.length === 0) return <Empty title={texts.empty}>{texts.emptyHint}</Empty>;
  return (
    <DataTable
      label={texts.arrived}
      columns={COLUMNS}
      rows={requests.toReversed()}
      keyOf={({ id }) => String(id)}
      onOpen={({ id }) => onOpen(id)}
    />
  );
}

function StatusBadge({ status }: { readonly status: number }) {
  return (
    <Badge appearance="tint" color={status < 300 ? 'success' : 'danger'}>
      {status}
    </Badge>
  );
}

function signatureOf({ webhook }: InboxRequest): ReactNode {
  const verdict = webhook?.signature;
  if (verdict === undefined) return undefined;
  return (
    <Badge key="signature" appearance="tint" color={verdict === 'valid' ? 'success' : 'danger'}>
      {texts.verdicts[verdict]}
    </Badge>
  );
}

function deliveryOf({ webhook }: InboxRequest): string | undefined {
  if (webhook === undefined) return undefined;
  return webhook.isRepeated ? texts.repeated : texts.first;
}

function Request({ request, onBack }: { readonly request: InboxRequest; onBack(): void }) {
  const { id, method, url, receivedAt, headers, body, status } = request;
  useReturnedFocus(onBack);
  return (
    <>
      <div>
        <Button autoFocus appearance="subtle" icon={<ArrowLeftRegular />} onClick={onBack}>
          {texts.back}
        </Button>
      </div>
      <Subtitle2 as="h3">{texts.request(id)}</Subtitle2>
      <Facts
        facts={[
          [texts.method, `${method} ${url}`],
          [texts.time, formatRecent(receivedAt)],
          [texts.answered, <StatusBadge key="status" status={status} />],
          [texts.signature, signatureOf(request)],
          [texts.delivery, deliveryOf(request)],
        ]}
      />
      <Code text={headers.map((pair) => pair.join(': ')).join('\n')} label={texts.headers} isWrapped />
      {body !== undefined && <Code text={formatJson(body.text)} label={texts.body} isWrapped />}
      {body?.encoding === 'base64' && <Text size={200}>{texts.base64}</Text>}
      {body?.isCut === true && <Text size={200}>{texts.cut}</Text>}
    </>
  );
}
