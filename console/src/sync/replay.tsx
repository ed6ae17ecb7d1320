/** What was changed since a time is sent to a target again. */
import { useQueryClient } from '@tanstack/react-query';
import { formatNumber } from '../parts/format.ts';
import { SinceForm } from '../parts/since-form.tsx';
import { syncTexts as texts } from './sync-texts.ts';
import { TARGETS } from './target-action.ts';
import type { TargetActionProps } from './target-action.ts';

export function Replay({ name, path, onClose }: TargetActionProps) {
  const queries = useQueryClient();
  return (
    <SinceForm<{ readonly items: number }>
      title={texts.replayTitle(name)}
      texts={texts}
      path={`${path}/replay`}
      describe={({ items }) => texts.waitNow(formatNumber(items))}
      onSettled={() => queries.invalidateQueries({ queryKey: TARGETS })}
      onClose={onClose}
    />
  );
}
