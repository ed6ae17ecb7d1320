/** Any request, as an app or a user, with its answer and what the journal says of it. */
import {
  Badge,
  Button,
  Combobox,
  Dropdown,
  Field,
  makeStyles,
  Option,
  OptionGroup,
  Select,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { SendRegular } from '@fluentui/react-icons/svg/send';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { JournalPage } from '../../../src/library/control-types.ts';
import { EXAMPLES } from '../../../src/model/examples.ts';
import { API_VERSIONS, V1 } from '../../../src/model/versions.ts';
import { operations } from '../api/model.ts';
import type { User } from '../api/names.ts';
import { send } from '../api/request.ts';
import { control, findToken, graph } from '../api/server.ts';
import type { Actor, Page as GraphPage } from '../api/server.ts';
import { useSandbox } from '../api/status.ts';
import { useTenant } from '../api/tenant.ts';
import { BodyHelp } from '../parts/body-help.tsx';
import { Code } from '../parts/copy.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatJson, formatNumber } from '../parts/format.ts';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Page } from '../parts/page.tsx';
import { SnippetBlock } from '../parts/snippet-block.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { Refusal } from '../parts/refusal.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  line: {
    display: 'grid',
    gridTemplateColumns: '110px 110px minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalS,
    alignItems: 'end',
    '@media (max-width: 700px)': { gridTemplateColumns: '1fr 1fr' },
  },
  pair: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  url: { minWidth: 0, '@media (max-width: 700px)': { gridColumn: '1 / -1' } },
  send: { '@media (max-width: 700px)': { gridColumn: '1 / -1' } },
  small: { minWidth: 0 },
  // Not wider than its place, whatever is in it.
  whole: { gridTemplateColumns: 'minmax(0, 1fr)' },
  mono: { fontFamily: tokens.fontFamilyMonospace },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 480px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  meta: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  history: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
  },
});

interface Draft {
  readonly method: string;
  readonly version: string;
  /** Path and query from the version root. */
  readonly url: string;
  readonly headers: string;
  readonly body: string;
  readonly actor: Actor;
}

interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
  readonly durationMs: number;
  readonly requestId: string | undefined;
}

interface Sample {
  readonly label: string;
  readonly draft: Partial<Draft>;
}

const first = EXAMPLES.find(({ operations: [id] }) => id === 'createLearningCourseActivity')?.body ?? {};

/** The ids of the documentation in the places of the keys. */
const KEYS: Readonly<Record<string, string>> = {
  registrationId: String(first['learningProviderId']),
  learningContentId: String(first['learningContentId']),
  userId: String(first['learnerUserId']),
  externalId: `'${String(first['externalCourseActivityId'])}'`,
};

function fillKeys(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (key, name: string) => KEYS[name] ?? key);
}

const samples: readonly Sample[] = operations.flatMap(({ id, method, path, application }) => {
  const bodies = EXAMPLES.filter((example) => example.operations.includes(id));
  const actor: Actor = application.length > 0 ? { kind: 'application' } : { kind: 'delegated' };
  const draft = { method, url: fillKeys(path), actor };
  if (bodies.length === 0) return [{ label: id, draft: { ...draft, body: '' } }];
  return bodies.map(({ summary, body }) => ({
    label: `${id}: ${summary}`,
    draft: { ...draft, body: JSON.stringify(body, undefined, 2) },
  }));
});

const paths = [...new Set(operations.map(({ path }) => fillKeys(path)))];
const HISTORY_KEY = 'vivarium-explorer';
const KEPT = 30;

function readHistory(): readonly Draft[] {
  return JSON.parse(localStorage.getItem(HISTORY_KEY) ?? '[]') as Draft[];
}

export function Explorer() {
  const tenant = useTenant()?.id;
  return tenant === undefined ? <Loading /> : <ExplorerOf tenant={tenant} />;
}

function ExplorerOf({ tenant }: { readonly tenant: string }) {
  const styles = useStyles();
  const search = useSearch({ from: '/explorer' });
  const [draft, setDraft] = useState<Draft>({
    method: search.method ?? 'GET',
    version: V1,
    url: search.url ?? '/employeeExperience/learningCourseActivities?$top=5',
    headers: '',
    body: search.body ?? '',
    actor: { kind: 'application' },
  });
  const [history, setHistory] = useState(readHistory);
  const sending = useMutation({ mutationFn: () => sendDraft(tenant, draft) });
  const edit = (changes: Partial<Draft>): void => setDraft({ ...draft, ...changes });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const next = [draft, ...history.filter((one) => JSON.stringify(one) !== JSON.stringify(draft))].slice(0, KEPT);
    localStorage.setItem(HISTORY_KEY, JSON.stringify(next));
    setHistory(next);
    sending.mutate();
  };
  const found = paths.filter((path) => path.toLowerCase().includes(draft.url.toLowerCase()));
  return (
    <Page title={texts.sections.explorer} lead={pageTexts.explorer.lead}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.pair}>
          <Field label={pageTexts.explorer.sample} className={styles.whole}>
            <Dropdown
              className={styles.small}
              placeholder={pageTexts.explorer.sampleHint}
              onOptionSelect={(_, { optionValue }) => edit(samples[Number(optionValue)]?.draft ?? {})}
            >
              {Object.entries(
                Object.groupBy(
                  samples.map((sample, index) => ({ ...sample, index })),
                  ({ draft: { method = '' } }) => method,
                ),
              ).map(([method, some = []]) => (
                <OptionGroup key={method} label={method}>
                  {some.map(({ label, index }) => (
                    <Option key={index} value={String(index)}>
                      {label}
                    </Option>
                  ))}
                </OptionGroup>
              ))}
            </Dropdown>
          </Field>
          <ActorField tenant={tenant} actor={draft.actor} onChange={(actor) => edit({ actor })} />
        </div>
        <div className={styles.line}>
          <Field label={pageTexts.explorer.method}>
            <Select className={styles.small} value={draft.method} onChange={(_, { value }) => edit({ method: value })}>
              {METHODS.map((method) => (
                <option key={method}>{method}</option>
              ))}
            </Select>
          </Field>
          <Field label={pageTexts.explorer.version}>
            <Select
              className={styles.small}
              value={draft.version}
              onChange={(_, { value }) => edit({ version: value })}
            >
              {API_VERSIONS.map((version) => (
                <option key={version}>{version}</option>
              ))}
            </Select>
          </Field>
          <Field label={pageTexts.explorer.url} className={styles.url}>
            <Combobox
              freeform
              className={styles.small}
              value={draft.url}
              selectedOptions={[]}
              onChange={(event) => edit({ url: event.target.value })}
              onOptionSelect={(_, { optionValue }) => optionValue !== undefined && edit({ url: optionValue })}
            >
              {(found.length === 0 ? paths : found).map((path) => (
                <Option key={path}>{path}</Option>
              ))}
            </Combobox>
          </Field>
          <Button
            type="submit"
            appearance="primary"
            className={styles.send}
            icon={<SendRegular />}
            disabled={sending.isPending}
          >
            {pageTexts.explorer.send}
          </Button>
        </div>
        <div className={styles.columns}>
          {draft.method !== 'GET' && draft.method !== 'DELETE' && (
            <div className={styles.form}>
              <Field label={pageTexts.explorer.body}>
                <Textarea
                  rows={14}
                  resize="vertical"
                  textarea={{ className: styles.mono, spellCheck: false }}
                  value={draft.body}
                  onChange={(_, { value }) => edit({ body: value })}
                />
              </Field>
              <BodyHelp {...draft} onChange={(body) => edit({ body })} />
            </div>
          )}
          <Field label={pageTexts.explorer.headers} hint={pageTexts.explorer.headersHint}>
            <Textarea
              rows={2}
              resize="vertical"
              textarea={{ className: styles.mono, spellCheck: false }}
              value={draft.headers}
              onChange={(_, { value }) => edit({ headers: value })}
            />
          </Field>
        </div>
      </form>
      {sending.error !== null && <Failure problem={sending.error} />}
      {sending.data !== undefined && <AnswerView answer={sending.data} />}
      <div className={styles.columns}>
        <Panel title={pageTexts.explorer.copyAs}>
          <SnippetBlock findToken={() => findToken(tenant, draft.actor, true)} request={toSnippet(draft)} />
        </Panel>
        <Panel title={pageTexts.explorer.history}>
          {history.length === 0 && <Text>{pageTexts.explorer.noHistory}</Text>}
          <ul className={styles.history}>
            {history.map((one, index) => (
              <li key={index}>
                <Button appearance="subtle" size="small" onClick={() => setDraft(one)}>
                  {`${one.method} /${one.version}${one.url}`}
                </Button>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </Page>
  );
}

function readHeaders(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n')
    .map((line) => line.split(/:(.*)/s))
    .filter(([name = '', value]) => name.trim() !== '' && value !== undefined)
    .map(([name = '', value = '']) => [name.trim(), value.trim()] as const);
}

function headersOf({ headers, body, method }: Draft): readonly (readonly [string, string])[] {
  const own = readHeaders(headers);
  const hasBody = body !== '' && method !== 'GET' && method !== 'DELETE';
  return [
    ...(hasBody && !own.some(([name]) => name.toLowerCase() === 'content-type')
      ? ([['Content-Type', 'application/json']] as const)
      : []),
    ...own,
  ];
}

function bodyOf({ body, method }: Draft): string | undefined {
  return body === '' || method === 'GET' || method === 'DELETE' ? undefined : body;
}

function toSnippet(draft: Draft) {
  return {
    method: draft.method,
    url: `${location.origin}/${draft.version}${draft.url}`,
    headers: headersOf(draft),
    body: bodyOf(draft),
  };
}

async function sendDraft(tenant: string, draft: Draft): Promise<Answer> {
  const token = await findToken(tenant, draft.actor, true);
  const start = performance.now();
  const response = await send(`/${draft.version}${draft.url}`, {
    method: draft.method,
    token,
    headers: Object.fromEntries(headersOf(draft)),
    body: bodyOf(draft),
  });
  const text = await response.text();
  return {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    text,
    durationMs: performance.now() - start,
    requestId: response.headers.get('request-id') ?? undefined,
  };
}

interface ActorFieldProps {
  readonly tenant: string;
  readonly actor: Actor;
  onChange(actor: Actor): void;
}

function ActorField({ tenant, actor, onChange }: ActorFieldProps) {
  const styles = useStyles();
  const { data: users } = useQuery({
    queryKey: ['graph', tenant, 'first users'],
    queryFn: async () => (await graph<GraphPage<User>>('/users?$top=100&$orderby=displayName', { tenant })).value,
  });
  const value = 'id' in actor ? `${actor.kind} ${actor.id}` : actor.kind;
  return (
    <Field className={styles.whole} label={pageTexts.explorer.actor} hint={pageTexts.explorer.actorHint}>
      <Select
        value={value}
        onChange={(_, data) => {
          const [kind, id] = data.value.split(' ');
          onChange((id === undefined ? { kind } : { kind, id }) as Actor);
        }}
      >
        <option value="application">{pageTexts.explorer.actors.application}</option>
        <option value="delegated">{pageTexts.explorer.actors.delegated}</option>
        <optgroup label={pageTexts.explorer.actors.users}>
          {(users ?? []).map(({ id, displayName, userPrincipalName }) => (
            <option key={id} value={`user ${id}`}>
              {displayName ?? userPrincipalName}
            </option>
          ))}
        </optgroup>
      </Select>
    </Field>
  );
}

function AnswerView({ answer }: { readonly answer: Answer }) {
  const styles = useStyles();
  const [view, setView] = useState<keyof typeof pageTexts.explorer.views>('body');
  const { status, statusText, durationMs, requestId } = answer;
  return (
    <Panel>
      <div className={styles.meta} aria-live="polite">
        <Badge size="large" appearance="filled" color={status < 300 ? 'success' : status < 500 ? 'warning' : 'danger'}>
          {`${status} ${statusText}`}
        </Badge>
        <Text>{pageTexts.explorer.timing(formatNumber(Math.round(durationMs)), formatNumber(answer.text.length))}</Text>
      </div>
      <PageTabs labels={pageTexts.explorer.views} selected={view} size="small" onSelect={(name) => setView(name)} />
      {view === 'body' && (
        <Code
          text={answer.text === '' ? pageTexts.explorer.noBody : formatJson(answer.text)}
          label={pageTexts.explorer.body}
          isWrapped
        />
      )}
      {view === 'headers' && <Facts facts={answer.headers} />}
      {view === 'why' && requestId !== undefined && <Why requestId={requestId} />}
    </Panel>
  );
}

function Why({ requestId }: { readonly requestId: string }) {
  const sandbox = useSandbox();
  const { data, error, isPending } = useQuery({
    queryKey: ['sandbox', 'journal of', requestId],
    queryFn: async () => (await control<JournalPage>(`/journal?requestId=${requestId}`)).value[0] ?? null,
    enabled: sandbox !== null,
  });
  if (sandbox === null) return <Text>{pageTexts.explorer.noJournal}</Text>;
  if (error !== null) return <Failure problem={error} />;
  if (isPending) return <Loading rows={2} />;
  if (data === null) return <Text>{pageTexts.explorer.notKept}</Text>;
  return (
    <>
      {data.refusal === undefined ? <Text>{pageTexts.explorer.notRefused}</Text> : <Refusal refusal={data.refusal} />}
      <Link to="/journal" search={{ open: String(data.id) }}>
        {pageTexts.explorer.showEntry}
      </Link>
    </>
  );
}
