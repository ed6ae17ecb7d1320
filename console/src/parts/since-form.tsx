/** What happened since a time is sent again. */
import { Field, Input, Text } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { admin } from '../api/server.ts';
import { FormDrawer, problemAt } from './form-drawer.tsx';
import { useFieldProblems } from './use-explained.ts';

export interface SinceFormProps<Answer> {
  readonly title: string;
  readonly texts: Readonly<Record<'replaySubmit' | 'replayHint' | 'since' | 'sinceHint', string>>;
  /** Of the admin API; takes `since`. */
  readonly path: string;
  /** What the answer means. */
  describe(answer: Answer): string;
  onSettled?(): Promise<void>;
  onClose(): void;
}

export function SinceForm<Answer>({ title, texts, path, describe, onSettled, onClose }: SinceFormProps<Answer>) {
  const [since, setSince] = useState('');
  const replay = useMutation({
    mutationFn: () =>
      admin<Answer>(path, { method: 'POST', body: { since: since === '' ? '' : new Date(since).toISOString() } }),
    onSettled: () => onSettled?.(),
  });
  const problemOf = useFieldProblems(replay.error);
  return (
    <FormDrawer
      title={title}
      submitLabel={texts.replaySubmit}
      sending={replay}
      onSubmit={() => replay.mutate()}
      onClose={onClose}
    >
      <Text>{texts.replayHint}</Text>
      <Field label={texts.since} hint={texts.sinceHint} required {...problemAt(problemOf('since'))}>
        <Input type="datetime-local" step={1} value={since} onChange={(_, { value }) => setSince(value)} />
      </Field>
      <Text role="status">{replay.data !== undefined && describe(replay.data)}</Text>
    </FormDrawer>
  );
}
