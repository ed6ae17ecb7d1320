/** A new activity: for whom, of which content, then what the model says of its type. */
import { Field, makeStyles, Select, tokens } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CourseActivityType } from '../../../src/model/entity.ts';
import { propertiesOf } from '../api/model.ts';
import type { Content, User } from '../api/names.ts';
import { useProviders } from '../api/names.ts';
import { graph } from '../api/server.ts';
import type { Page } from '../api/server.ts';
import { pageTexts } from '../page-texts.ts';
import { EntityForm } from './entity-form.tsx';
import { problemAt } from './form-drawer.tsx';
import { toLabel } from './format.ts';
import { SearchField } from './search-field.tsx';
import type { Choice } from './search-field.tsx';

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
  const [assignedDateTime] = useState(() => new Date().toISOString());
  const initial = { status: 'notStarted', assignmentType: 'required', assignedDateTime };
  return (
    <EntityForm
      title={pageTexts.activities.create}
      properties={properties}
      initial={initial}
      before={(problemOf) => (
        <div className={styles.choices}>
          <Field label={pageTexts.activities.type}>
            <Select value={type} onChange={(_, { value }) => setType(value as CourseActivityType)}>
              {TYPES.map((name) => (
                <option key={name} value={name}>
                  {toLabel(name)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={pageTexts.providers.one} required {...problemAt(problemOf('learningProviderId'))}>
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
          <SearchField
            label={pageTexts.learners.one}
            hint={pageTexts.learners.find}
            source={['users', tenant]}
            find={(text) => findLearners(tenant, text)}
            value={learner}
            problem={problemOf('learnerUserId')}
            onChange={setLearner}
          />
          <SearchField
            key={provider}
            label={pageTexts.contents.one}
            hint={pageTexts.contents.find}
            source={['contents', tenant, provider]}
            find={(text) => findContents(tenant, provider, text)}
            value={content}
            problem={problemOf('learningContentId')}
            onChange={setContent}
          />
        </div>
      )}
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

const SHOWN = 20;

async function findLearners(tenant: string, text: string): Promise<readonly Choice[]> {
  const part = quote(text);
  const filter = `startswith(displayName,${part}) or startswith(userPrincipalName,${part})`;
  const { value } = await graph<Page<User>>(`/users?${toQuery(text, filter)}`, { tenant });
  return value.map(({ id, displayName, userPrincipalName }) => ({
    id,
    name: displayName ?? userPrincipalName,
    detail: userPrincipalName,
  }));
}

async function findContents(tenant: string, provider: string, text: string): Promise<readonly Choice[]> {
  if (provider === '') return [];
  const part = quote(text);
  const path = `/employeeExperience/learningProviders/${provider}/learningContents`;
  const query = toQuery(text, `startswith(title,${part}) or externalId eq ${part}`);
  const { value } = await graph<Page<Content>>(`${path}?${query}`, { tenant });
  return value.map(({ id, title, externalId }) => ({ id, name: title, detail: externalId }));
}

function toQuery(text: string, filter: string): string {
  return new URLSearchParams({ $top: String(SHOWN), ...(text !== '' && { $filter: filter }) }).toString();
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
