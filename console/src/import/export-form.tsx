/** Records as a file: all of a kind, of a provider, or those that a filter leaves. */
import { Button, Field, Input, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import { propertiesOf, propertiesOfAll } from '../api/model.ts';
import { RequestProblem } from '../api/request.ts';
import { adminResponse } from '../api/server.ts';
import { FilterBuilder } from '../parts/filter-builder.tsx';
import { problemAt } from '../parts/form-drawer.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { formatBytes } from '../parts/format.ts';
import { Panel } from '../parts/panel.tsx';
import { ProviderSelect } from '../parts/provider-picker.tsx';
import { saveFile } from '../parts/save-file.ts';
import { Failure } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { importTexts } from './import-texts.ts';

const texts = importTexts.export;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  filter: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'start' },
  filterField: { flexGrow: 1, minWidth: 'min(100%, 260px)' },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  lead: { color: tokens.colorNeutralForeground2 },
});

const KINDS = Object.keys(importTexts.map.kinds) as (keyof typeof importTexts.map.kinds)[];
const FORMATS = ['ndjson', 'csv', 'json'] as const;
const SHOWN_EVERY_BYTES = 262_144;

const PROPERTIES = {
  activities: () => propertiesOfAll('learningCourseActivity'),
  contents: () => propertiesOf('learningContent'),
  users: () => propertiesOf('user'),
} as const;

export function ExportForm({ tenant }: { readonly tenant: string }) {
  const styles = useStyles();
  const formStyles = useFormStyles();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('activities');
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('ndjson');
  const [provider, setProvider] = useState('');
  const [filter, setFilter] = useState('');
  const [since, setSince] = useState('');
  const [bytes, setBytes] = useState(0);
  const download = useMutation({
    mutationFn: async () => {
      const query = new URLSearchParams({
        ...{ tenant, format },
        ...(kind !== 'users' && provider !== '' && { provider }),
        ...(filter.trim() !== '' && { filter: filter.trim() }),
        ...(since !== '' && { since: new Date(since).toISOString() }),
      });
      setBytes(0);
      const response = await adminResponse(`/exports/${kind}?${query.toString()}`);
      const content = await readBlob(response, setBytes);
      const name = `${kind}.${format}`;
      saveFile(content, name);
      return { name, size: content.size };
    },
  });
  const { error } = download;
  const filterProblem = error instanceof RequestProblem && error.status === 400 ? error.reasons.join(' ') : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    download.mutate();
  };
  return (
    <Panel>
      <Text className={styles.lead}>{texts.lead}</Text>
      {error !== null && <Failure problem={error} />}
      <form className={styles.form} onSubmit={submit}>
        <div className={formStyles.fields}>
          <Field label={texts.kind}>
            <Select value={kind} onChange={(_, { value }) => setKind(value as typeof kind)}>
              {KINDS.map((name) => (
                <option key={name} value={name}>
                  {importTexts.map.kinds[name]}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={texts.format}>
            <Select value={format} onChange={(_, { value }) => setFormat(value as typeof format)}>
              {FORMATS.map((name) => (
                <option key={name} value={name}>
                  {importTexts.read.formats[name]}
                </option>
              ))}
            </Select>
          </Field>
          {kind !== 'users' && (
            <ProviderSelect
              tenant={tenant}
              label={pageTexts.providers.one}
              value={provider}
              all={pageTexts.providers.all}
              onChange={setProvider}
            />
          )}
          <Field label={texts.since} hint={texts.sinceHint}>
            <Input type="datetime-local" value={since} onChange={(_, { value }) => setSince(value)} />
          </Field>
        </div>
        <div className={styles.filter}>
          <Field
            className={styles.filterField}
            label={texts.filter}
            hint={texts.filterHint}
            {...problemAt(filterProblem === '' ? undefined : filterProblem)}
          >
            <Input type="search" value={filter} onChange={(_, { value }) => setFilter(value)} />
          </Field>
          <div className={formStyles.besideInput}>
            <FilterBuilder
              key={kind}
              properties={PROPERTIES[kind]()}
              onAdd={(condition) => setFilter(filter.trim() === '' ? condition : `${filter.trim()} and ${condition}`)}
            />
          </div>
        </div>
        <div className={styles.line}>
          <Button type="submit" appearance="primary" icon={<ArrowDownloadRegular />} disabled={download.isPending}>
            {texts.submit}
          </Button>
          <Text role="status">
            {download.isPending
              ? texts.running(formatBytes(bytes))
              : download.data !== undefined && texts.done(download.data.name, formatBytes(download.data.size))}
          </Text>
        </div>
      </form>
    </Panel>
  );
}

/** @param onBytes gets how much has arrived so far */
async function readBlob(response: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  let bytes = 0;
  let shown = 0;
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes - shown >= SHOWN_EVERY_BYTES) onBytes((shown = bytes));
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counting) ?? null).blob();
}
