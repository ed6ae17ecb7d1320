/** Compiles a match to a matcher. Names become ids; every unknown name is reported. */
import { ERRORS } from '../../model/errors.ts';
import { OPERATIONS } from '../../model/operations.ts';
import { TOKEN_ERRORS } from '../../model/token-errors.ts';
import { findCallers } from '../calls/call-names.ts';
import type { CallDirectory } from '../calls/call-names.ts';
import { findUnknown } from '../calls/check.ts';
import { ENTRY_KINDS } from './entry.ts';
import type { EntryMatch } from './journal-schemas.ts';
import { createEntryMatcher } from './match-entry.ts';
import type { EntryMatcher } from './match-entry.ts';

export interface ReadMatch {
  readonly matcher: EntryMatcher;
  readonly problems: readonly string[];
}

const KNOWN = {
  kind: ENTRY_KINDS,
  operation: OPERATIONS.map(({ id }) => id),
  refusal: [...Object.keys(ERRORS), ...Object.keys(TOKEN_ERRORS)],
} as const;

const STATUS = /^[1-5](\d\d|xx)$/;

export async function readMatch(match: EntryMatch, directory: CallDirectory): Promise<ReadMatch> {
  const { app, tenant, user, learner } = match;
  const callers = await findCallers(given({ app, tenant, user }), directory);
  const learners = await findCallers(given({ tenant, user: learner }), directory);
  const ids = { ...callers.ids, learnerIds: learners.ids.userIds };
  const names = [...callers.problems, ...learners.problems.map((text) => text.replace('match.user', 'match.learner'))];
  const words = (['kind', 'operation', 'refusal'] as const).flatMap((part) =>
    [match[part] ?? []].flat().flatMap((word) => findUnknown(`match.${part}`, word, KNOWN[part])),
  );
  const statuses = [match.status ?? []]
    .flat()
    .filter((status) => !STATUS.test(String(status)))
    .map((status) => `match.status: "${status}" is neither a status, such as 404, nor a class of them, such as 4xx.`);
  const times = (['since', 'until'] as const)
    .filter((part) => match[part] !== undefined && Number.isNaN(Date.parse(match[part])))
    .map((part) => `match.${part} must be a date and time; got "${match[part]}".`);
  return {
    matcher: createEntryMatcher(match, ids),
    problems: [...new Set([...names, ...words, ...statuses, ...times])],
  };
}

type Names = Pick<EntryMatch, 'app' | 'tenant' | 'user'>;

function given(names: { readonly [Name in keyof Names]?: Names[Name] | undefined }): Names {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}
