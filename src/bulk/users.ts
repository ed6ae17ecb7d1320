/** Rows of users: found by the id, or by the userPrincipalName. */
import { Ajv } from 'ajv';

import { NEW_USER_BODY, readNewUser } from '../directory/user-schema.ts';
import { addUser, changeUser, removeUser } from '../directory/users.ts';
import type { UserProperties } from '../directory/users.ts';
import { describeErrors } from '../lib/schema-problems.ts';
import type { DirectoryUser } from '../model/directory.ts';
import type { Work } from '../store/work.ts';
import type { BulkKind, BulkScope } from './bulk-kind.ts';
import { RowRefusal } from './outcome.ts';
import type { RowOutcome } from './outcome.ts';
import type { RowValues } from './read-rows.ts';
import { isRemoval, removeStored } from './removals.ts';
import { isSame, textOf } from './sent-values.ts';

export interface UserRow {
  readonly body: RowValues;
}

interface UserFacts {
  readonly byId: ReadonlyMap<string, DirectoryUser>;
  readonly byName: ReadonlyMap<string, DirectoryUser>;
}

const NAME = 'userPrincipalName';
const validate = new Ajv({ allErrors: true, validateFormats: false, strictTypes: false }).compile(NEW_USER_BODY);

export const USER_KIND: BulkKind<UserRow, UserFacts> = {
  keysOf: ({ body }) => [textOf(body, 'id'), textOf(body, NAME)].flatMap((text) => text?.toLowerCase() ?? []),
  readFacts: async ({ tools: { bulk }, tenant }, rows) => {
    const valuesOf = (name: string) => rows.flatMap(({ body }) => textOf(body, name)?.toLowerCase() ?? []);
    const ids = valuesOf('id').filter((id) => /^[0-9a-f-]{36}$/.test(id));
    const byId = await bulk.findUsers(tenant, 'id', ids);
    const byName = await bulk.findUsers(tenant, NAME, valuesOf(NAME));
    return {
      byId: new Map(byId.map((user) => [user.id, user])),
      byName: new Map(byName.map((user) => [user.userPrincipalName, user])),
    };
  },
  judge,
  conflictOf: ({ body }) => new RowRefusal('userTaken', { found: textOf(body, NAME) ?? '' }),
};

function* judge({ tools, tenant }: BulkScope, { body }: UserRow, { byId, byName }: UserFacts): Work<RowOutcome> {
  if (isRemoval(body)) {
    const named = textOf(body, 'id')?.toLowerCase();
    if (named === undefined) throw new RowRefusal('removedIdMissing');
    return yield* removeStored(byId.get(named), (stored) => removeUser(tools.directory, tenant, stored));
  }
  if (!validate(body)) {
    const problem = `${describeErrors(validate.errors ?? [], 'the row').join('; ')}.`;
    throw new RowRefusal('userInvalid', { problem });
  }
  const { id, ...properties } = readNewUser(body);
  const { userPrincipalName } = properties;
  const named = byName.get(userPrincipalName.toLowerCase());
  const stored = id === undefined ? named : byId.get(id);
  if (named !== undefined && named.id !== (stored?.id ?? id))
    throw new RowRefusal('userTaken', { found: userPrincipalName });
  if (stored === undefined) {
    yield* addUser(tools.directory, tenant, { id, ...properties });
    return 'created';
  }
  if (!differs(stored, properties)) return 'unchanged';
  yield* changeUser(tools.directory, tenant, { stored, properties });
  return 'updated';
}

/** A password is set each time: what is stored of it cannot be compared. */
function differs(stored: DirectoryUser, properties: UserProperties): boolean {
  const { userPrincipalName, ...others } = properties;
  if (userPrincipalName !== undefined && userPrincipalName.toLowerCase() !== stored.userPrincipalName) return true;
  return Object.entries(others).some(
    ([name, value]) => value !== undefined && !isSame(value, stored[name as keyof DirectoryUser]),
  );
}
