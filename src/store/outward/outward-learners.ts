/** Which users of another tenant learners are: pairs of ids that were looked up there, and learners who were not found. */
import { findGuid } from '../../lib/ids.ts';
import type { UserId } from '../../lib/ids.ts';
import type { LearnerKey } from '../../model/directory.ts';
import type { Params, SqlConnection, Write } from '../connection.ts';
import type { Dialect } from '../dialect.ts';

/** What a look-up has found; without an id there, why. */
export interface LearnerPair {
  readonly userId: UserId;
  readonly remoteId: string | undefined;
  readonly reason: string | undefined;
  /** Epoch milliseconds. */
  readonly soughtAt: number;
}

const ofTarget = 'tenant_id = :tenant_id and target_name = :target_name';
const columns = 'guid_text(user_id) as user_id, guid_text(remote_guid) as remote_guid, reason, sought_at';

const FIND = {
  name: 'outward learner',
  sql: `select ${columns} from outward_learner where ${ofTarget} and user_id = :user_id and matched_by = :matched_by`,
};
const FIND_HERE = {
  name: 'outward learnerHere',
  // The pair of a user who was removed here stays; one who was added with the same mail address has an id of their own.
  sql: `
select ${columns} from outward_learner l
where ${ofTarget} and remote_guid = :remote_guid and matched_by = :matched_by
  and exists (select 1 from directory_user u where u.tenant_id = :tenant_id and u.user_id = l.user_id)
order by sought_at desc limit 1`,
};
const FORGET = {
  name: 'outward forgetLearner',
  sql: `delete from outward_learner where ${ofTarget} and user_id = :user_id`,
};

function keepStatement({ jsonRows, columns: { guid } }: Dialect) {
  return {
    name: 'outward keepLearners',
    sql: `
insert into outward_learner (tenant_id, target_name, user_id, remote_guid, reason, matched_by, sought_at)
select cast(:tenant_id as bigint), cast(:target_name as text), ${jsonRows.value(0, guid.sql)},
  ${jsonRows.value(1, guid.sql)}, ${jsonRows.value(2, 'text')}, cast(:matched_by as text), ${jsonRows.value(3, 'bigint')}
from ${jsonRows.relation(':rows')} where true
on conflict (tenant_id, target_name, user_id) do update set remote_guid = excluded.remote_guid, reason = excluded.reason,
  matched_by = excluded.matched_by, sought_at = excluded.sought_at`,
  };
}

/** Those that were matched by another property than now are as if they had not been looked up. */
export function createLearnerPairs({ dialect, read }: SqlConnection, scope: Params) {
  const { encode, decode } = dialect.columns.guid;
  const keep = keepStatement(dialect);
  const findOne = async (
    statement: typeof FIND,
    matchedBy: LearnerKey,
    params: Params,
  ): Promise<LearnerPair | undefined> => {
    const [row] = await read(statement, { ...scope, ...params, matched_by: matchedBy });
    const userId = row && findGuid<UserId>(String(decode(row['user_id'] ?? null)));
    if (row === undefined || userId === undefined) return undefined;
    const remote = row['remote_guid'] ?? null;
    return {
      userId,
      remoteId: remote === null ? undefined : String(decode(remote)),
      reason: (row['reason'] ?? undefined) as string | undefined,
      soughtAt: Number(row['sought_at']),
    };
  };
  return {
    find: (userId: UserId, matchedBy: LearnerKey) => findOne(FIND, matchedBy, { user_id: encode(userId) }),
    findHere: (remoteId: string, matchedBy: LearnerKey) =>
      findOne(FIND_HERE, matchedBy, { remote_guid: encode(remoteId) }),
    keep: (pairs: readonly LearnerPair[], matchedBy: LearnerKey): Write => ({
      statement: keep,
      params: {
        ...scope,
        matched_by: matchedBy,
        rows: JSON.stringify(
          pairs.map(({ userId, remoteId = null, reason = null, soughtAt }) => [userId, remoteId, reason, soughtAt]),
        ),
      },
    }),
    forget: (userId: UserId): Write => ({ statement: FORGET, params: { ...scope, user_id: encode(userId) } }),
  };
}
