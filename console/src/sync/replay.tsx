/** What was changed since a time is sent again. */
import { Field, Input, Text } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { admin } from '../api/server.ts';
import { FormDrawer, problemAt } from '../parts/form-drawer.tsx';
import { formatNumber } from '../parts/format.ts';
import { useFieldProblems } from '../parts/use-explained.ts';
import { syncTexts as texts } from './sync-texts.ts';
import { TARGETS } from './target-action.ts';
import type { TargetActionProps } from './target-action.ts';

export function Replay({ name, path, onClose }: TargetActionProps) {
  const queries = useQueryClient();
  const [since, setSince] = useState('');
  const replay = useMutation({
    mutationFn: () =>
      admin<{ readonly items: number }>(`${path}/replay`, {
        method: 'POST',
        body: { since: since === '' ? '' : new Date(since).toISOString() },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: TARGETS }),
  });
  const problemOf = useFieldProblems(replay.error);
  return (
    <FormDrawer
      title={texts.replayTitle(name)}
      submitLabel={texts.replaySubmit}
      sending={replay}
      onSubmit={() => replay.mutate()}
      onClose={onClose}
    >
      <Text>{texts.replayHint}</Text>
      <Field label={texts.since} hint={texts.sinceHint} required {...problemAt(problemOf('since'))}>
        <Input type="datetime-local" step={1} value={since} onChange={(_, { value }) => setSince(value)} />
      </Field>
      <Text role="status">{replay.data !== undefined && texts.waitNow(formatNumber(replay.data.items))}</Text>
    </FormDrawer>
  );
}
