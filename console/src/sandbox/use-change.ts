/** A change by the control API, after which every page reads again. */
import { useMutation } from '@tanstack/react-query';
import type { SHOWN_ABOVE } from '../api/action-problem.ts';
import { control, forgetTokens } from '../api/server.ts';
import type { Call } from '../api/server.ts';
import { useRefreshAll } from '../api/status.ts';

/** @param meta `SHOWN_ABOVE` for an action that has no place for its problem */
export function useChange(meta?: typeof SHOWN_ABOVE) {
  const refresh = useRefreshAll();
  return useMutation({
    ...(meta !== undefined && { meta }),
    mutationFn: ({ path, ...call }: Call & { readonly path: string }) => control(path, call),
    onSuccess: async () => {
      forgetTokens();
      await refresh();
    },
  });
}
