/** Loads learners and activities in bulk, by the store's own writes for imports. */
import type { UserId } from '../../src/lib/ids.ts';
import { getGuid } from '../../src/lib/ids.ts';
import { hashMadePassword } from '../../src/lib/password.ts';
import { ACTIVITY_LICENCE, NEW_USER } from '../../src/model/directory.ts';
import type { Tenant } from '../../src/model/directory.ts';
import type { SqlConnection, Write } from '../../src/store/connection.ts';
import { createDirectoryWrites } from '../../src/store/directory-writes.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import type { VivariumOptions } from '../servers/vivarium.ts';
import { ACTIVITIES_A_LEARNER, learnerIdOf, learnerNameOf, learnerPasswordOf, loadedActivity } from './activities.ts';
import { getTenant, openData } from './open.ts';

/** Numbers of activities: `from` the first, `to` the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const WRITES_A_UNIT = 1000;
/** SQLite stores them in one transaction: the larger it is, the more often a page is changed for each time it is written. */
const UNITS_AT_ONCE = 50;

/** SQLite does best with most of the file in memory, and a log that is written back seldom. */
const SQLITE_LOAD = 'pragma cache_size = -2000000; pragma wal_autocheckpoint = 100000';

/** Stores the activities of the span and the learners that come with them. No server may run on the data meanwhile. */
export async function fill(options: VivariumOptions, span: Span): Promise<void> {
  await fillLearners(options, span);
  await fillActivities(options, span);
}

/** The learners of the activities of the span. */
export async function fillLearners(options: VivariumOptions, { from, to }: Span): Promise<void> {
  await using connection = await openData(options);
  const tenant = await getTenant(connection);
  const { user } = createDirectoryWrites(connection.dialect);
  const learners = { from: from / ACTIVITIES_A_LEARNER, to: to / ACTIVITIES_A_LEARNER };
  await writeAll(connection, learners, (learner) => user(tenant, userOf(learner, tenant)));
}

export async function fillActivities(options: VivariumOptions, span: Span): Promise<void> {
  await using connection = await openData(options);
  if (options.database === undefined) await connection.script(SQLITE_LOAD);
  const tenant = await getTenant(connection);
  const { activity } = createImportWrites(connection.dialect);
  await writeAll(connection, span, (index) => activity(tenant, loadedActivity(index)));
  // What PostgreSQL does by itself sooner or later, and then in the middle of a measurement.
  if (options.database !== undefined) await connection.script('analyze; checkpoint');
}

function userOf(learner: number, { id: tenantId, domainName }: Tenant) {
  const name = learnerNameOf(learner);
  return {
    ...NEW_USER,
    tenantId,
    name,
    displayName: name,
    licence: ACTIVITY_LICENCE,
    id: getGuid<UserId>(learnerIdOf(learner)),
    userPrincipalName: `${name}@${domainName}`,
    passwordHash: hashMadePassword(learnerPasswordOf(learner)),
  };
}

async function writeAll(connection: SqlConnection, span: Span, write: (index: number) => Write): Promise<void> {
  let next = span.from;
  const work = async (): Promise<void> => {
    while (next < span.to) {
      const first = next;
      next = Math.min(span.to, first + WRITES_A_UNIT);
      const unit = Array.from({ length: next - first }, (_, offset) => write(first + offset));
      const { kind } = await connection.write(unit);
      if (kind !== 'done') throw new Error(`Loading in bulk was ${kind}.`);
    }
  };
  await Promise.all(Array.from({ length: UNITS_AT_ONCE }, work));
}
