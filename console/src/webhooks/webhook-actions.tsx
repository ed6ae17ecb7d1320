/** What is asked about a webhook before it is done: a new secret, and events that are sent again. */
import { Field, Input } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { MadeWebhook, WebhookReplay } from '../../../src/library/admin-types.ts';
import { DEFAULT_OVERLAP_HOURS, MAX_OVERLAP_HOURS } from '../../../src/model/webhook.ts';
import { admin } from '../api/server.ts';
import { FormDrawer, problemAt } from '../parts/form-drawer.tsx';
import { formatInstant } from '../parts/format.ts';
import { SinceForm } from '../parts/since-form.tsx';
import { useFieldProblems } from '../parts/use-explained.ts';
import { webhookTexts as texts } from './webhook-texts.ts';

export interface WebhookActionProps {
  /** Of an action of the webhook, in the admin API. */
  pathOf(action: string): string;
  onClose(): void;
}

export interface RotateProps extends WebhookActionProps {
  onSecret(secret: string): void;
}

export function Rotate({ pathOf, onSecret, onClose }: RotateProps) {
  const [hours, setHours] = useState(String(DEFAULT_OVERLAP_HOURS));
  const rotate = useMutation({
    mutationFn: () =>
      admin<MadeWebhook>(pathOf('secret'), { method: 'POST', body: { overlapHours: Number(hours || Number.NaN) } }),
    onSuccess: ({ secret }) => onSecret(secret),
  });
  const problemOf = useFieldProblems(rotate.error);
  return (
    <FormDrawer
      title={texts.rotateTitle}
      submitLabel={texts.rotateSubmit}
      sending={rotate}
      onSubmit={() => rotate.mutate()}
      onClose={onClose}
    >
      <Field
        label={texts.overlap}
        hint={texts.overlapHint(MAX_OVERLAP_HOURS)}
        {...problemAt(problemOf('overlapHours'))}
      >
        <Input
          type="number"
          min={0}
          max={MAX_OVERLAP_HOURS}
          value={hours}
          onChange={(_, { value }) => setHours(value)}
        />
      </Field>
    </FormDrawer>
  );
}

export function Replay({ pathOf, onClose }: WebhookActionProps) {
  return (
    <SinceForm title={texts.replayTitle} texts={texts} path={pathOf('replay')} describe={describe} onClose={onClose} />
  );
}

function describe({ sinceDateTime, isComplete }: WebhookReplay): string {
  const time = formatInstant(sinceDateTime);
  return isComplete ? texts.replaying(time) : texts.replayingPart(time);
}
