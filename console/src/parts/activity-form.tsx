/** A new activity: for whom, of which content, then what the model says of its type. */
import { Combobox, Field, makeStyles, Option, Select, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CourseActivityType } from '../../../src/model/entity.ts';
import { propertiesOf } from '../api/model.ts';
import type { Content, User } from '../api/names.ts';
import { useProviders } from '../api/names.ts';
import { graph } from '../api/server.ts';
import type { Page } from '../api/server.ts';
import { texts } from '../texts.ts';
import { EntityForm } from './entity-form.tsx';
import { toLabel } from './format.ts';

const useStyles = makeStyles({
  choices: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

const TYPES: readonly CourseActivityType[] = ['learningAssignment', 'learningSelfInitiatedCourse'];
const CHOSEN_ABOVE = ['learnerUserId', 'learningContentId', 'learningProviderId'];

export interface ActivityFormProps {
  readonly tenant: string;
  readonly provider: string | undefined;
  readonly learner?: string;
  onClose(): void;
}

export function ActivityForm({ tenant, provider: given, learner: givenLearner, onClose }: ActivityFormProps) {
  const styles = useStyles();
  const queries = useQueryClient();
  const providers = useProviders(tenant) ?? [];
  const [type, setType] = useState<CourseActivityType>('learningAssignment');
  const [chosenProvider, setProvider] = useState(given);
  const [learner, setLearner] = useState(givenLearner ?? '');
  const [content, setContent] = useState('');
  const provider = chosenProvider ?? providers[0]?.id ?? '';
  const properties = propertiesOf(type).filter(({ name }) => !CHOSEN_ABOVE.includes(name));
  const initial = { status: 'notStarted', assignmentType: 'required', assignedDateTime: new Date().toISOString() };
  return (
    <EntityForm
      key={type}
      title={texts.activities.create}
      properties={properties}
      initial={initial}
      before={
        <div className={styles.choices}>
          <Field label={texts.activities.type}>
            <Select value={type} onChange={(_, { value }) => setType(value as CourseActivityType)}>
              {TYPES.map((name) => (
                <option key={name} value={name}>
                  {toLabel(name)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={texts.providers.one} required>
            <Select
              value={provider}
              onChange={(_, { value }) => {
                setProvider(value);
                setContent('');
              }}
            >
              {providers.map(({ id, displayName }) => (
                <option key={id} value={id}>
                  {displayName}
                </option>
              ))}
            </Select>
          </Field>
          <LearnerField tenant={tenant} value={learner} onChange={setLearner} />
          <ContentField key={provider} tenant={tenant} provider={provider} value={content} onChange={setContent} />
        </div>
      }
      onSend={async (body) => {
        const path = `/employeeExperience/learningProviders/${provider}/learningCourseActivities`;
        const whole = {
          '@odata.type': `#microsoft.graph.${type}`,
          learnerUserId: learner,
          learningContentId: content,
          learningProviderId: provider,
          ...body,
        };
        await graph(path, { tenant, method: 'POST', body: whole });
        await queries.invalidateQueries({ queryKey: ['graph', tenant] });
      }}
      onClose={onClose}
    />
  );
}

interface PickProps {
  readonly tenant: string;
  readonly value: string;
  onChange(id: string): void;
}

const SHOWN = 20;

function quote(text: string): string {
  return encodeURIComponent(`'${text.replaceAll("'", "''")}'`);
}

function LearnerField({ tenant, value, onChange }: PickProps) {
  const [text, setText] = useState('');
  const filter =
    text === ''
      ? ''
      : `&$filter=startswith(displayName,${quote(text)}) or startswith(userPrincipalName,${quote(text)})`;
  const { data } = useQuery({
    queryKey: ['graph', tenant, 'find users', text],
    queryFn: () => graph<Page<User>>(`/users?$top=${SHOWN}${filter}`, { tenant }),
  });
  const chosen = data?.value.find(({ id }) => id === value);
  return (
    <Field label={texts.learners.one} required>
      <Combobox
        freeform
        value={chosen?.displayName ?? (text || value)}
        selectedOptions={[value]}
        placeholder={texts.learners.find}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
        onOptionSelect={(_, { optionValue = '' }) => {
          setText('');
          onChange(optionValue);
        }}
      >
        {(data?.value ?? []).map(({ id, displayName, userPrincipalName }) => (
          <Option key={id} value={id} text={displayName ?? userPrincipalName}>
            {`${displayName ?? ''} (${userPrincipalName})`}
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}

function ContentField({ tenant, provider, value, onChange }: PickProps & { readonly provider: string }) {
  const [text, setText] = useState('');
  const filter = text === '' ? '' : `&$filter=startswith(title,${quote(text)}) or externalId eq ${quote(text)}`;
  const { data } = useQuery({
    queryKey: ['graph', tenant, 'find contents', provider, text],
    queryFn: () =>
      graph<Page<Content>>(
        `/employeeExperience/learningProviders/${provider}/learningContents?$top=${SHOWN}${filter}`,
        { tenant },
      ),
    enabled: provider !== '',
  });
  const chosen = data?.value.find(({ id }) => id === value);
  return (
    <Field label={texts.contents.one} required>
      <Combobox
        freeform
        value={chosen?.title ?? (text || value)}
        selectedOptions={[value]}
        placeholder={texts.contents.find}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
        onOptionSelect={(_, { optionValue = '' }) => {
          setText('');
          onChange(optionValue);
        }}
      >
        {(data?.value ?? []).map(({ id, title, externalId }) => (
          <Option key={id} value={id} text={title}>
            {`${title} (${externalId})`}
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
