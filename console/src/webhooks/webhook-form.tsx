/** A webhook to add or to change: where messages go, and which. */
import { Checkbox, Dropdown, Field, Input, Label, makeStyles, Option, Text, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { NewWebhook, Webhook } from '../../../src/library/admin-types.ts';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_EVENTS } from '../../../src/model/webhook.ts';
import { useProviders } from '../api/names.ts';
import { FormDrawer, problemAt } from '../parts/form-drawer.tsx';
import { useFieldProblems } from '../parts/use-explained.ts';
import { webhookTexts as texts } from './webhook-texts.ts';

const useStyles = makeStyles({
  events: { display: 'flex', flexDirection: 'column' },
  problem: { color: tokens.colorPaletteRedForeground1 },
  about: { color: tokens.colorNeutralForeground2, display: 'block' },
});

export type WebhookDraft = Required<Pick<NewWebhook, 'url' | 'events' | 'registrationIds' | 'description'>>;

export interface WebhookFormProps {
  readonly tenant: string;
  readonly stored?: Webhook;
  onSend(draft: WebhookDraft): Promise<void>;
  onClose(): void;
}

export function WebhookForm({ tenant, stored, onSend, onClose }: WebhookFormProps) {
  const providers = useProviders(tenant) ?? [];
  const [url, setUrl] = useState(stored?.url ?? '');
  const [events, setEvents] = useState<WebhookDraft['events']>(stored?.events ?? WEBHOOK_EVENT_NAMES);
  const [chosen, setChosen] = useState<readonly string[]>(stored?.registrationIds ?? []);
  const [description, setDescription] = useState(stored?.description ?? '');
  const sending = useMutation({
    mutationFn: () =>
      onSend({
        url: url.trim(),
        events,
        registrationIds: chosen.length === 0 ? null : chosen,
        description: description.trim() === '' ? null : description.trim(),
      }),
    onSuccess: onClose,
  });
  const problemOf = useFieldProblems(sending.error);
  const nameOf = (id: string): string => providers.find((one) => one.id === id)?.displayName ?? id;
  return (
    <FormDrawer
      title={stored === undefined ? texts.add : texts.edit}
      isNew={stored === undefined}
      sending={sending}
      onSubmit={() => sending.mutate()}
      onClose={onClose}
    >
      <Field label={texts.url} hint={texts.urlHint} required {...problemAt(problemOf('url'))}>
        <Input type="url" value={url} onChange={(_, { value }) => setUrl(value)} />
      </Field>
      <EventFields chosen={events} problem={problemOf('events')} onChange={setEvents} />
      <Field label={texts.providers} {...problemAt(problemOf('registrationIds'))}>
        <Dropdown
          multiselect
          placeholder={texts.allProviders}
          value={chosen.map(nameOf).join(', ')}
          selectedOptions={[...chosen]}
          onOptionSelect={(_, { selectedOptions }) => setChosen(selectedOptions)}
        >
          {providers.map(({ id, displayName }) => (
            <Option key={id} value={id}>
              {displayName}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={texts.description} {...problemAt(problemOf('description'))}>
        <Input value={description} onChange={(_, { value }) => setDescription(value)} />
      </Field>
    </FormDrawer>
  );
}

interface EventFieldsProps {
  readonly chosen: WebhookDraft['events'];
  readonly problem: string | undefined;
  onChange(events: WebhookDraft['events']): void;
}

/** A group of its own: in a field of Fluent, each box would have the name of the field. */
function EventFields({ chosen, problem, onChange }: EventFieldsProps) {
  const styles = useStyles();
  const id = useId();
  const said = chosen.length === 0 ? texts.noEvents : problem;
  return (
    <div role="group" aria-labelledby={id} className={styles.events}>
      <Label id={id}>{texts.events}</Label>
      {WEBHOOK_EVENT_NAMES.map((name) => (
        <Checkbox
          key={name}
          checked={chosen.includes(name)}
          onChange={(_, { checked }) =>
            onChange(WEBHOOK_EVENT_NAMES.filter((one) => (one === name ? checked === true : chosen.includes(one))))
          }
          label={
            <>
              {name}
              <Text size={200} className={styles.about}>
                {WEBHOOK_EVENTS[name]}
              </Text>
            </>
          }
        />
      ))}
      {said !== undefined && (
        <Text size={200} role="alert" className={styles.problem}>
          {said}
        </Text>
      )}
    </div>
  );
}
