/** All that is kept about a learner, together, and its erasure. */
import { readFileSync, statSync } from 'node:fs';

import { ControlError } from '../control/route.ts';
import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import { writeWhole } from '../lib/write-whole.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import { createMentions, isMentionedIn, withoutMentions } from '../record/mentions.ts';
import type { Mentions } from '../record/mentions.ts';
import { userItemId } from '../store/changes/directory-changes.ts';
import { eraseFromLog } from '../store/changes/erase.ts';
import { createPersonStore } from '../store/person-store.ts';
import type { PersonRows } from '../store/person-store.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant } from './find-tenant.ts';

export interface Learner {
  readonly tenant: Tenant;
  readonly id: UserId;
  /** `undefined` when the directory has no user of the id. */
  readonly user: DirectoryUser | undefined;
}

/** Everything, without hashes of secrets. */
export interface LearnerRecord extends PersonRows {
  readonly learner: Learner;
  /** Entries of the journal in memory that mention them. */
  readonly journal: readonly unknown[];
  /** How many texts mention them: credentials of a sandbox, states of snapshots. */
  readonly documents: number;
}

/**
 * @param idOrName user id, or user principal name
 * @throws ControlError 404 when nothing is kept about them, 409 when several tenants know them
 */
export async function readLearner(
  context: AdminContext,
  idOrName: string,
  tenantName: string | undefined,
): Promise<LearnerRecord> {
  const { connection, journal } = context;
  const store = createPersonStore(connection);
  const found: LearnerRecord[] = [];
  const documents = await store.listDocuments();
  for (const learner of await listCandidates(context, idOrName, tenantName)) {
    const rows = await store.read(learner.tenant, learner.id);
    const mentions = mentionsOf(learner);
    const entries = journal?.all().filter((entry) => isMentionedIn(entry, mentions)) ?? [];
    const mentioning = documents.filter(({ document }) => isMentionedIn(document, mentions)).length;
    const record = { learner, ...rows, journal: entries, documents: mentioning };
    if (isKept(record)) found.push(record);
  }
  const [record, ...others] = found;
  if (record === undefined) throw new ControlError(404, `Nothing is kept about ${idOrName}.`);
  if (others.length === 0) return record;
  const names = found.map(({ learner }) => learner.tenant.domainName).join(', ');
  throw new ControlError(409, `${idOrName} is known to several tenants: ${names}. Name one of them.`);
}

async function listCandidates(
  { directory }: AdminContext,
  idOrName: string,
  tenantName: string | undefined,
): Promise<readonly Learner[]> {
  const tenants =
    tenantName === undefined ? await directory.listTenants() : [await getNamedTenant(directory, tenantName)];
  const candidates: Learner[] = [];
  for (const tenant of tenants) {
    const user = await directory.findUser(tenant, idOrName);
    const id = user?.id ?? findGuid<UserId>(idOrName);
    if (id !== undefined) candidates.push({ tenant, id, user });
  }
  return candidates;
}

function isKept({ learner, activities, assigned, signIns, unmapped, snapshotRows, journal }: LearnerRecord): boolean {
  const lists = [activities, assigned, signIns, unmapped, journal, Object.keys(snapshotRows)];
  return learner.user !== undefined || lists.some((list) => list.length > 0);
}

function mentionsOf({ id, user }: Learner): Mentions {
  const names = user && [
    ...[user.userPrincipalName, user.mail, user.mailNickname, user.displayName, user.surname, user.name],
    ...[user.employeeId, user.externalId],
  ];
  return createMentions([id, ...(names ?? [])]);
}

/**
 * Takes everything about the learner away: rows, what mentions them in texts and in the journal, their values in the
 * audit trail, where a pseudonym stands in their place, and then what is left of it in the files of the database.
 * @returns sentences about what could not be reached
 */
export async function eraseLearner(context: AdminContext, { learner }: LearnerRecord): Promise<readonly string[]> {
  const { connection, journal, settings, folder } = context;
  const store = createPersonStore(connection);
  const mentions = mentionsOf(learner);
  const replaced = (await store.listDocuments()).flatMap(({ document, replace }) =>
    isMentionedIn(document, mentions) ? [replace(withoutMentions(document, mentions))] : [],
  );
  const sent = await store.countSent(learner.tenant, learner.id);
  await connection.write([...(await store.erase(learner.tenant, learner.id)), ...replaced]);
  await eraseFromLog(
    { connection, key: context.changeLogKey },
    {
      tenantKey: learner.tenant.key,
      identifiers: identifiersOf(learner),
      itemIds: [userItemId(learner.tenant, learner.id)],
      pseudonym: `erased-${context.ids.newId('entity')}`,
    },
  );
  journal?.keep((entry) => !isMentionedIn(entry, mentions));
  for (const file of [folder.credentials, settings.readyFile]) if (file !== undefined) eraseFromFile(file, mentions);
  const notices = await connection.purge(await store.listTables());
  return sent === 0 ? notices : [...notices, describeSent(sent)];
}

function describeSent(activities: number): string {
  const what = activities === 1 ? 'An activity was' : `${activities} activities were`;
  return `${what} sent to other tenants, and will be deleted there; vivarium sync status shows what waits.`;
}

/** Texts that are theirs alone: an employee number may be part of anything. */
function identifiersOf({ id, user }: Learner): readonly string[] {
  return [id, user?.userPrincipalName, user?.mail].filter((text) => typeof text === 'string');
}

/** Of JSON, such as the copy of the credentials in the data folder; a file that is missing is passed over. */
function eraseFromFile(path: string, mentions: Mentions): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return;
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isMentionedIn(content, mentions)) return;
  writeWhole(path, `${JSON.stringify(withoutMentions(content, mentions))}\n`, mode & 0o777);
}
