/** A change by the control API, after which every page reads again. */
import { useMutation } from '@tanstack/react-query';
import { control, forgetTokens } from '../api/server.ts';
import type { Call } from '../api/server.ts';
import { useRefreshAll } from '../api/status.ts';

export function useChange() {
  const refresh = useRefreshAll();
  return useMutation({
    mutationFn: ({ path, ...call }: Call & { readonly path: string }) => control(path, call),
    onSuccess: async () => {
      forgetTokens();
      await refresh();
    },
  });
}
