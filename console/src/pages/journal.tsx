/** Requests as they arrive, and the reasons for refusals. */
import { Badge, Button, Field, Input, makeStyles, Select, Subtitle2, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark';
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { BugRegular } from '@fluentui/react-icons/svg/bug';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { PauseRegular } from '@fluentui/react-icons/svg/pause';
import { PlayRegular } from '@fluentui/react-icons/svg/play';
import { SearchRegular } from '@fluentui/react-icons/svg/search';
import { SendRegular } from '@fluentui/react-icons/svg/send';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { JournalBody, JournalEntry, JournalPage } from '../../../src/library/control-types.ts';
import { SHOWN_ABOVE } from '../api/action-problem.ts';
import { readEvents } from '../api/events.ts';
import { CONTROL_ROOT, control } from '../api/server.ts';
import { getSession, useSession } from '../api/session.ts';
import { useRefreshAll } from '../api/status.ts';
import { send } from '../api/request.ts';
import { Code } from '../parts/copy.tsx';
import { saveFile } from '../parts/save-file.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatInstant, formatJson, formatNumber, formatRecent } from '../parts/format.ts';
import { JournalVerify } from '../parts/journal-verify.tsx';
import { Page } from '../parts/page.tsx';
import { Refusal } from '../parts/refusal.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const PAGE_SIZE = 100;

const useStyles = makeStyles({
  filters: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'end' },
  text: { flexGrow: 1, minWidth: 'min(100%, 240px)' },
  choice: { minWidth: '120px', '@media (max-width: 640px)': { flexGrow: 1 } },
  mono: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

function statusColour(status: number): 'success' | 'warning' | 'danger' {
  return status < 300 ? 'success' : status < 500 ? 'warning' : 'danger';
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? url;
}

const columns: readonly Column<JournalEntry>[] = [
  { name: 'request', label: pageTexts.journal.request, isLong: true, show: (entry) => <RequestLine entry={entry} /> },
  {
    name: 'status',
    label: pageTexts.journal.status,
    show: ({ status }) =>
      status !== undefined && (
        <Badge appearance="tint" color={statusColour(status)}>
          {status}
        </Badge>
      ),
  },
  { name: 'why', label: pageTexts.journal.why, show: ({ refusal, notes }) => refusal?.row ?? notes[0] },
  {
    name: 'who',
    label: pageTexts.journal.who,
    show: ({ app, user }) => [user, app].flatMap((one) => one?.name ?? one?.id ?? []).join(' · '),
  },
  { name: 'time', label: pageTexts.journal.time, show: ({ receivedAt }) => formatRecent(receivedAt) },
  {
    name: 'duration',
    label: pageTexts.journal.duration,
    isNumber: true,
    show: ({ durationMs }) => `${formatNumber(Math.round(durationMs * 10) / 10)} ms`,
  },
];

/** Of ids, their beginnings, and nothing of what all paths have: what follows says more. */
function shorten(path: string): string {
  return path
    .replace('/employeeExperience/', '/…/')
    .replaceAll(/([\da-f]{8})-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi, '$1…');
}

function RequestLine({ entry: { method, url } }: { readonly entry: JournalEntry }) {
  const styles = useStyles();
  return <span className={styles.mono}>{`${method} ${shorten(pathOf(url))}`}</span>;
}

export function Journal() {
  const styles = useStyles();
  const search = useSearch({ from: '/journal' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const refreshAll = useRefreshAll();
  const isViewer = useSession()?.role === 'viewer';
  const [isLive, setLive] = useState(true);
  const [isVerifying, setVerifying] = useState(false);
  const { text, kind, status } = search;
  const query = useQuery({
    queryKey: ['sandbox', 'journal', text, kind, status],
    queryFn: () => {
      const given = Object.entries({ text, kind, status }).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      return control<JournalPage>(
        `/journal?${new URLSearchParams([...given, ['limit', String(PAGE_SIZE)]]).toString()}`,
      );
    },
    placeholderData: keepPreviousData,
  });
  useNewEntries(isLive, () => void queries.invalidateQueries({ queryKey: ['sandbox', 'journal'] }));
  const clear = useMutation({
    meta: SHOWN_ABOVE,
    mutationFn: () => control('/journal', { method: 'DELETE' }),
    onSuccess: refreshAll,
  });
  const change = (changes: Partial<typeof search>): void =>
    void navigate({ to: '/journal', search: { ...search, ...changes } });
  const entries = query.data?.value ?? [];
  return (
    <Page
      title={texts.sections.journal}
      lead={pageTexts.journal.lead}
      actions={
        <>
          <Button icon={isLive ? <PauseRegular /> : <PlayRegular />} onClick={() => setLive(!isLive)}>
            {isLive ? pageTexts.journal.pause : pageTexts.journal.resume}
          </Button>
          <Button icon={<CheckmarkCircleRegular />} onClick={() => setVerifying(true)}>
            {pageTexts.verify.open}
          </Button>
          <Button icon={<ArrowDownloadRegular />} onClick={() => void downloadHar()}>
            {pageTexts.journal.har}
          </Button>
          {!isViewer && (
            <Button icon={<DeleteRegular />} onClick={() => clear.mutate()}>
              {pageTexts.journal.clear}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.filters}>
        <Field label={pageTexts.journal.search} className={styles.text}>
          <Input
            type="search"
            contentBefore={<SearchRegular />}
            value={text ?? ''}
            onChange={(_, { value }) => change({ text: value || undefined } as never)}
          />
        </Field>
        <Field label={pageTexts.journal.kind} className={styles.choice}>
          <Select value={kind ?? ''} onChange={(_, { value }) => change({ kind: value || undefined } as never)}>
            <option value="">{pageTexts.journal.all}</option>
            {Object.entries(pageTexts.journal.kinds).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={pageTexts.journal.status} className={styles.choice}>
          <Select value={status ?? ''} onChange={(_, { value }) => change({ status: value || undefined } as never)}>
            <option value="">{pageTexts.journal.all}</option>
            {['2xx', '4xx', '5xx'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        </Field>
      </div>
      {query.error !== null && <Failure problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending ? (
        <Loading />
      ) : entries.length === 0 ? (
        <Empty title={pageTexts.journal.empty.title} action={<Link to="/explorer">{texts.sections.explorer}</Link>}>
          {pageTexts.journal.empty.hint}
        </Empty>
      ) : (
        <DataTable
          label={texts.sections.journal}
          columns={columns}
          rows={entries}
          keyOf={({ id }) => String(id)}
          openKey={search.open}
          onOpen={({ id }) => change({ open: String(id) })}
        />
      )}
      {isVerifying && search.open === undefined && <JournalVerify onClose={() => setVerifying(false)} />}
      {search.open !== undefined && (
        <EntryDrawer id={search.open} onClose={() => change({ open: undefined } as never)} />
      )}
    </Page>
  );
}

const SETTLE_MS = 250;

/** Many entries that come together are one refresh. */
function useNewEntries(isLive: boolean, refresh: () => void): void {
  useEffect(() => {
    if (!isLive) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEvent = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        refresh();
      }, SETTLE_MS);
    };
    // A stream that ends is not asked for again at once: the list is refreshed when it gets the focus.
    readEvents(`${CONTROL_ROOT}/journal/stream`, { token: getSession()?.token, signal: stop.signal, onEvent }).catch(
      () => undefined,
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
    // The callback is another one with each render, and means the same.
  }, [isLive]);
}

async function downloadHar(): Promise<void> {
  const response = await send(`${CONTROL_ROOT}/journal.har`, { token: getSession()?.token });
  saveFile(await response.blob(), 'journal.har');
}

interface EntryDrawerProps {
  readonly id: string;
  onClose(): void;
}

function EntryDrawer({ id, onClose }: EntryDrawerProps) {
  const { data, error } = useQuery({
    queryKey: ['sandbox', 'entry', id],
    queryFn: () => control<JournalEntry>(`/journal/${id}`),
  });
  const isViewer = useSession()?.role === 'viewer';
  return (
    <Drawer
      title={data === undefined ? pageTexts.journal.entry(id) : `${data.method} ${pathOf(data.url)}`}
      onClose={onClose}
      footer={
        data !== undefined && (
          <>
            <CurlButton id={id} />
            <Link to="/explorer" search={toExplorer(data)}>
              <Button icon={<SendRegular />}>{pageTexts.journal.replay}</Button>
            </Link>
            {!isViewer && <FaultButton entry={data} />}
          </>
        )
      }
    >
      {error !== null && <Failure problem={error} />}
      {data === undefined ? error === null && <Loading /> : <Entry entry={data} />}
    </Drawer>
  );
}

/** Says so when it has copied. */
function CurlButton({ id }: { readonly id: string }) {
  const copy = useMutation({ mutationFn: async () => navigator.clipboard.writeText(await readCurl(id)) });
  return (
    <>
      {copy.error !== null && <Failure problem={copy.error} />}
      <Button icon={copy.isSuccess ? <CheckmarkRegular /> : <CopyRegular />} onClick={() => copy.mutate()}>
        {copy.isSuccess ? texts.actions.copied : pageTexts.journal.curl}
      </Button>
    </>
  );
}

async function readCurl(id: string): Promise<string> {
  const response = await send(`${CONTROL_ROOT}/journal/${id}/curl`, { token: getSession()?.token });
  return response.text();
}

function toExplorer({ method, url, request }: JournalEntry) {
  const path = url.replace(/^\/(v1\.0|beta)(?=\/)/i, '');
  const body = request.body?.encoding === 'utf8' && !request.body.isCut ? request.body.text : undefined;
  return { method, url: path, ...(body !== undefined && body !== '' && { body }) };
}

/** A fault that gives the next call of the kind the answer that this one had. */
function FaultButton({ entry }: { readonly entry: JournalEntry }) {
  const navigate = useNavigate();
  const refresh = useRefreshAll();
  const { refusal, operation, method } = entry;
  const add = useMutation({
    mutationFn: () =>
      control('/faults', {
        method: 'POST',
        body: {
          match: operation === undefined ? { method } : { operation },
          calls: { first: 1 },
          effect:
            refusal === undefined ? { kind: 'error', row: 'serviceUnavailable' } : { kind: 'error', row: refusal.row },
        },
      }),
    onSuccess: async () => {
      await refresh();
      await navigate({ to: '/sandbox', search: { tab: 'faults' } });
    },
  });
  return (
    <>
      {add.error !== null && <Failure problem={add.error} />}
      <Button icon={<BugRegular />} disabled={add.isPending} onClick={() => add.mutate()}>
        {pageTexts.journal.makeFault}
      </Button>
    </>
  );
}

function Entry({ entry }: { readonly entry: JournalEntry }) {
  return (
    <>
      <Facts
        facts={[
          [pageTexts.journal.status, entry.status],
          [pageTexts.journal.operation, entry.operation],
          [pageTexts.journal.app, entry.app?.name ?? entry.app?.id],
          [pageTexts.journal.user, entry.user?.name],
          [pageTexts.journal.learners, entry.learners.map(({ id, name }) => name ?? id).join(', ')],
          [pageTexts.journal.time, formatInstant(entry.receivedAt)],
          [
            pageTexts.journal.delivery,
            entry.delivery === 'whole' ? undefined : pageTexts.journal.deliveries[entry.delivery],
          ],
          [pageTexts.journal.requestId, entry.requestId],
        ]}
      />
      {entry.refusal !== undefined && <Refusal refusal={entry.refusal} />}
      {entry.notes.length > 0 && (
        <Facts facts={entry.notes.map((note, index) => [`${pageTexts.journal.note} ${index + 1}`, note])} />
      )}
      {entry.deviations.map(({ name, found, expected }) => (
        <Facts key={name} facts={[[pageTexts.journal.deviation, pageTexts.journal.deviates(found, expected)]]} />
      ))}
      <Subtitle2 as="h3">{pageTexts.journal.request}</Subtitle2>
      <Code
        text={`${entry.method} ${entry.url}\n${formatHeaders(entry.request.headers)}`}
        label={pageTexts.journal.requestHead}
        isWrapped
      />
      <Body body={entry.request.body} label={pageTexts.journal.requestBody} />
      {entry.response !== undefined && (
        <>
          <Subtitle2 as="h3">{pageTexts.journal.answer}</Subtitle2>
          <Code
            text={`${entry.status ?? ''}\n${formatHeaders(entry.response.headers)}`}
            label={pageTexts.journal.answerHead}
            isWrapped
          />
          <Body body={entry.response.body} label={pageTexts.journal.answerBody} />
        </>
      )}
    </>
  );
}

function formatHeaders(headers: readonly (readonly string[])[]): string {
  return headers.map(([name = '', value = '']) => `${name}: ${value}`).join('\n');
}

function Body({ body, label }: { readonly body: JournalBody | undefined; readonly label: string }) {
  if (body === undefined || (body.text === '' && body.omitted === undefined)) return null;
  return <Code text={body.omitted ?? formatJson(body.text)} label={label} isWrapped />;
}
