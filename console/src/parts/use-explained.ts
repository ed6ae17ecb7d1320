/** Why a request was refused: what its answer says, and in a sandbox what the journal knows of it. */
import { useQuery } from '@tanstack/react-query';
import type { JournalEntry, JournalPage } from '../../../src/library/control-types.ts';
import { RequestProblem } from '../api/request.ts';
import { control } from '../api/server.ts';
import { useSandbox } from '../api/status.ts';

export interface Explained {
  readonly reasons: readonly string[];
  /** Where a sandbox has recorded the request. */
  readonly entry: JournalEntry | undefined;
}

export function useExplained(problem: unknown): Explained {
  const known = problem instanceof RequestProblem ? problem : undefined;
  const requestId = known?.isOfGraph === true ? known.requestId : undefined;
  return { reasons: known?.reasons ?? [], entry: undefined, ...useRecorded(requestId, known?.reasons ?? []) };
}

function useRecorded(requestId: string | undefined, told: readonly string[]): Partial<Explained> {
  // Asked for a refusal alone: the sign-in page shows problems as well, and must not ask the server for its state.
  const isSandbox = useSandbox(requestId !== undefined) !== null;
  const { data: entry } = useQuery({
    queryKey: ['sandbox', 'refused', requestId],
    queryFn: async () => (await control<JournalPage>(`/journal?requestId=${requestId}&limit=1`)).value[0] ?? null,
    enabled: requestId !== undefined && isSandbox,
    staleTime: Infinity,
  });
  if (entry === undefined || entry === null) return {};
  return { entry, reasons: [...new Set([...told, ...(entry.refusal?.reasons ?? [])])] };
}

/** What is said of one field: the sentences that name it as their target, else those that mention it. */
export function useFieldProblems(problem: unknown): (field: string) => string | undefined {
  const { reasons, entry } = useExplained(problem);
  if (!(problem instanceof RequestProblem)) return () => undefined;
  const targets = [
    ...problem.fields,
    ...(entry?.refusal?.fields ?? []).map(({ target, message }) => ({ field: target, message })),
  ];
  return (field) => {
    const mentions = (text: string): boolean => new RegExp(`\\b${field}\\b`, 'i').test(text);
    const aimed = targets.filter((one) => one.field.split('/')[0]?.toLowerCase() === field.toLowerCase());
    const found = [...aimed.map(({ message }) => message), ...reasons.filter(mentions)];
    if (found.length === 0 && mentions(problem.message)) found.push(problem.message);
    return found.length === 0 ? undefined : [...new Set(found)].map(toSentence).join(' ');
  };
}

/** Published messages have no full stop. */
function toSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
