/** One import: a file, what becomes of its columns, a look at the first rows, and the run. */
import { Button, Field, Input, makeStyles, Select, tokens } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CatchBoundary } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ImportMapping, ImportProfile, ImportSuggestion } from '../../../src/library/admin-types.ts';
import { useProviders } from '../api/names.ts';
import { admin } from '../api/server.ts';
import { Facts } from '../parts/facts.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { formatBytes, toLabel } from '../parts/format.ts';
import { Panel } from '../parts/panel.tsx';
import { ProviderSelect } from '../parts/provider-picker.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { DropZone } from './drop-zone.tsx';
import { importTexts as texts } from './import-texts.ts';
import { MappingForm } from './mapping-form.tsx';
import { MappingJson } from './mapping-json.tsx';
import { OtherProblems, RowPreview } from './row-preview.tsx';
import { openFile, readSample } from './read-file.ts';
import type { ChosenFile, CsvReading, Sample } from './read-file.ts';
import { checkRows, TYPES } from './run-import.ts';
import { RunPanel } from './run-panel.tsx';
import { judge, slotsOf } from './slots.ts';
import { useDebounced } from './use-debounced.ts';

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  file: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL, alignItems: 'start' },
  facts: { flexGrow: 1, minWidth: 'min(100%, 240px)' },
});

export function NewImport({ tenant }: { readonly tenant: string }) {
  const styles = useStyles();
  const [chosen, setChosen] = useState<ChosenFile>();
  // A browser opens a file that is dropped elsewhere, in place of this page.
  useEffect(() => {
    const ignore = (event: DragEvent): void => event.preventDefault();
    addEventListener('dragover', ignore);
    addEventListener('drop', ignore);
    return () => {
      removeEventListener('dragover', ignore);
      removeEventListener('drop', ignore);
    };
  }, []);
  if (chosen === undefined) return <DropZone onFile={(file) => setChosen(openFile(file))} />;
  return (
    <div className={styles.stack}>
      <OneFile
        key={`${chosen.file.name} ${chosen.file.size} ${chosen.file.lastModified}`}
        tenant={tenant}
        chosen={chosen}
        onAnother={() => setChosen(undefined)}
      />
    </div>
  );
}

interface OneFileProps {
  readonly tenant: string;
  readonly chosen: ChosenFile;
  onAnother(): void;
}

function OneFile({ tenant, chosen, onAnother }: OneFileProps) {
  const styles = useStyles();
  const formStyles = useFormStyles();
  const { file } = chosen;
  const [format, setFormat] = useState(chosen.format);
  const [csv, setCsv] = useState<CsvReading>({});
  const [choice, setChoice] = useState<Choice>({ source: SUGGESTED });
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['import sample', file.name, file.size, file.lastModified, format, csv],
    queryFn: async () => {
      const sample = await readSample(chosen, format, csv);
      return sample === undefined ? null : { sample, suggestion: await suggest(sample, format, csv.delimiter) };
    },
    staleTime: Infinity,
    // The mapping stays while the file is read another way, which the mapping itself may ask for.
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Panel title={texts.read.title}>
        <div className={styles.file}>
          <div className={styles.facts}>
            <Facts
              facts={[
                [texts.read.name, file.name],
                [texts.read.size, formatBytes(file.size)],
              ]}
            />
          </div>
          <Button onClick={onAnother}>{texts.drop.another}</Button>
        </div>
        <div className={formStyles.fields}>
          <Field label={texts.read.format}>
            <Select value={format} onChange={(_, { value }) => setFormat(value as typeof format)}>
              {Object.entries(texts.read.formats).map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          {format === 'csv' && <CsvFields csv={csv} onChange={setCsv} />}
        </div>
      </Panel>
      {error !== null && <Failure problem={error} />}
      {data === null && <Empty title={texts.drop.empty}>{texts.drop.hint}</Empty>}
      {data === undefined && error === null && <Loading rows={4} />}
      {data !== undefined && data !== null && (
        <Mapped
          {...{ tenant, chosen, format, csv, choice }}
          {...data}
          isReading={isPlaceholderData}
          onChoose={(changes) => setChoice((before) => ({ ...before, ...changes }))}
          onReading={setCsv}
        />
      )}
    </>
  );
}

function suggest({ text, line }: Sample, format: keyof typeof TYPES, delimiter: string | undefined) {
  const query = new URLSearchParams({ format, line: String(line), ...(delimiter !== undefined && { delimiter }) });
  return admin<ImportSuggestion>(`/import-suggestions?${query.toString()}`, {
    method: 'POST',
    headers: { 'Content-Type': TYPES[format] },
    body: text,
  });
}

interface CsvFieldsProps {
  readonly csv: CsvReading;
  onChange(csv: CsvReading): void;
}

function CsvFields({ csv, onChange }: CsvFieldsProps) {
  const set = (changes: CsvReading): void => {
    const next = Object.entries({ ...csv, ...changes }).filter(([, value]) => value !== undefined && value !== '');
    onChange(Object.fromEntries(next));
  };
  return (
    <>
      <Field label={texts.read.delimiter}>
        <Select value={csv.delimiter ?? ''} onChange={(_, { value }) => set({ delimiter: value })}>
          {Object.entries(texts.read.delimiters).map(([delimiter, label]) => (
            <option key={delimiter} value={delimiter}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={texts.read.encoding}>
        <Select
          value={csv.encoding ?? 'utf-8'}
          onChange={(_, { value }) => set({ encoding: value === 'utf-8' ? undefined : value })}
        >
          {texts.read.encodings.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={texts.read.skipLines}>
        <Input
          type="number"
          min={0}
          max={1000}
          value={String(csv.skipLines ?? 0)}
          onChange={(_, { value }) => set({ skipLines: Math.max(0, Number(value) || 0) || undefined })}
        />
      </Field>
    </>
  );
}

const SUGGESTED = '';
const GRAPH = 'graph';
const SETTLE_MS = 400;

/** Kept while the file is read again. */
interface Choice {
  /** The name of a profile, or SUGGESTED. */
  readonly source: string;
  readonly edited?: ImportMapping | undefined;
  readonly provider?: string;
}

interface MappedProps {
  readonly tenant: string;
  readonly chosen: ChosenFile;
  readonly format: keyof typeof TYPES;
  readonly csv: CsvReading;
  readonly sample: Sample;
  readonly suggestion: ImportSuggestion;
  /** Whether the sample is still that of another reading. */
  readonly isReading: boolean;
  readonly choice: Choice;
  onChoose(changes: Partial<Choice>): void;
  /** A profile says how its files are read. */
  onReading(csv: CsvReading): void;
}

function Mapped(props: MappedProps) {
  const { tenant, chosen, format, csv, sample, suggestion, isReading, choice, onChoose, onReading } = props;
  const { source, edited } = choice;
  const formStyles = useFormStyles();
  const providers = useProviders(tenant) ?? [];
  const provider = choice.provider ?? providers[0]?.id ?? '';
  const setEdited = (mapping: ImportMapping | undefined): void => onChoose({ edited: mapping });
  const { data: profiles = [] } = useQuery({
    queryKey: ['import profiles'],
    queryFn: async () => (await admin<{ readonly value: readonly ImportProfile[] }>('/import-profiles')).value,
    staleTime: Infinity,
  });
  const given = profiles.find(({ name }) => name === source)?.mapping ?? suggestion.mapping;
  const { csv: _csv, ...current } = edited ?? given;
  const mapping: ImportMapping = { ...current, format, ...(Object.keys(csv).length > 0 && { csv }) };
  const slots = slotsOf(mapping);
  const order = { mapping, format, ...(provider !== '' && { provider }) };
  const checked = useDebounced(JSON.stringify(order), SETTLE_MS);
  const check = useQuery({
    queryKey: ['import check', tenant, sample.line, sample.text.length, chosen.file.name, checked],
    queryFn: () => checkRows(tenant, JSON.parse(checked) as typeof order, sample),
    enabled: !isReading,
    staleTime: Infinity,
    retry: false,
  });
  const results = check.data?.value ?? [];
  const { problems, others } = judge(slots, mapping, results);
  const choose = (name: string): void => {
    onChoose({ source: name, edited: undefined });
    onReading({
      ...(csv.encoding !== undefined && { encoding: csv.encoding }),
      ...profiles.find((profile) => profile.name === name)?.mapping.csv,
    });
  };
  const { kind, type, learner } = mapping;
  return (
    <>
      <Panel title={texts.map.title}>
        <div className={formStyles.fields}>
          <Field label={texts.map.source}>
            <Select value={source} onChange={(_, { value }) => choose(value)}>
              <option value={SUGGESTED}>{texts.map.suggested}</option>
              {profiles.map(({ name, mapping: { source: title } }) => (
                <option key={name} value={name}>
                  {name === GRAPH ? texts.map.graph : (title ?? name)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={texts.map.kind}>
            <Select
              value={kind}
              onChange={(_, { value }) => setEdited({ kind: value as ImportMapping['kind'], asIs: true })}
            >
              {Object.entries(texts.map.kinds).map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          {kind !== 'users' && (
            <ProviderSelect
              tenant={tenant}
              label={texts.map.provider}
              value={provider}
              all={texts.map.noProvider}
              onChange={(id) => onChoose({ provider: id })}
            />
          )}
          {type !== undefined && (
            <Field label={texts.map.type}>
              <Select value={type} onChange={(_, { value }) => setEdited({ ...mapping, type: value as typeof type })}>
                {(['learningAssignment', 'learningSelfInitiatedCourse'] as const).map((name) => (
                  <option key={name} value={name}>
                    {toLabel(name)}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          {learner !== undefined && (
            <Field label={texts.map.by}>
              <Select
                value={learner.by}
                onChange={(_, { value }) =>
                  setEdited({ ...mapping, learner: { ...learner, by: value as typeof learner.by } })
                }
              >
                {Object.entries(texts.map.bys).map(([name, label]) => (
                  <option key={name} value={name}>
                    {label}
                  </option>
                ))}
              </Select>
            </Field>
          )}
        </div>
        {check.error !== null && <Failure problem={check.error} />}
        {/* JSON that was typed may have values of a type that the form cannot show. */}
        <CatchBoundary
          getResetKey={() => JSON.stringify(mapping)}
          errorComponent={({ error }) => <Failure problem={error} />}
        >
          <MappingForm {...{ mapping, slots, problems }} sample={suggestion} onChange={setEdited} />
        </CatchBoundary>
        <OtherProblems problems={others} />
        <MappingJson
          mapping={mapping}
          fileName={chosen.file.name}
          {...(edited !== undefined && { onReset: () => setEdited(undefined) })}
          onChange={(next) => {
            setEdited(next);
            onReading(next.csv ?? {});
          }}
        />
      </Panel>
      <RowPreview
        suggestion={suggestion}
        results={results}
        isChecking={isReading || check.isFetching || JSON.stringify(order) !== checked}
      />
      <RunPanel {...{ tenant, chosen, order }} />
    </>
  );
}
