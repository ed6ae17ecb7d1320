/** Users of a CSV file: checked as a whole, then added and changed. Done again, it changes nothing. */
import { Ajv } from 'ajv';
import type { Static } from 'typebox';

import { ControlError } from '../control/route.ts';
import type { ControlSender } from '../control/route.ts';
import { addUser, changeUser } from '../directory/users.ts';
import type { NewUser, UserProperties } from '../directory/users.ts';
import { describeErrors } from '../lib/schema-problems.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { NEW_USER_BODY, readNewUser } from './user-schema.ts';

export interface Imported {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly isDryRun: boolean;
}

/** Between items of a list in one cell. */
const LIST_SEPARATOR = ';';
const MAX_PROBLEMS = 100;

interface Row {
  readonly line: number;
  readonly user: NewUser;
}

/**
 * Users are told apart by userPrincipalName, or by id where the file has it. An empty cell says nothing.
 * @throws ControlError 400 with every problem: then nothing was changed. 409 when another change comes in between: lines before
 * the one that it names are done.
 */
export async function importUsers(
  { directory, people, server }: AdminContext,
  tenant: Tenant,
  { text, isDryRun, sender }: { readonly text: string; readonly isDryRun: boolean; readonly sender: ControlSender },
): Promise<Imported> {
  const rows = await readRows(text);
  const counts = { added: 0, changed: 0, unchanged: 0 };
  for (const { line, user } of rows) {
    const { id, ...properties } = user;
    const stored = await directory.findUser(tenant, id ?? user.userPrincipalName);
    const kind = stored === undefined ? 'added' : differs(stored, properties) ? 'changed' : 'unchanged';
    counts[kind] += 1;
    if (isDryRun || kind === 'unchanged') continue;
    const change = await people.run(
      stored === undefined ? addUser(people, tenant, user) : changeUser(people, tenant, { stored, properties }),
      originOf({ server }, 'importUsers', sender),
    );
    if (change.kind !== 'done') throw new ControlError(409, `Line ${line} was refused; the lines before it are done.`);
  }
  return { ...counts, isDryRun };
}

/** A password is set each time: what is stored of it cannot be compared. */
function differs(stored: DirectoryUser, properties: UserProperties): boolean {
  const { userPrincipalName, ...others } = properties;
  if (userPrincipalName !== undefined && userPrincipalName.toLowerCase() !== stored.userPrincipalName) return true;
  return Object.entries(others).some(
    ([name, value]) =>
      value !== undefined && JSON.stringify(value) !== JSON.stringify(stored[name as keyof DirectoryUser]),
  );
}

async function readRows(text: string): Promise<readonly Row[]> {
  const { parse } = await import('csv-parse/sync');
  const validate = new Ajv({ allErrors: true, validateFormats: false, strictTypes: false }).compile(NEW_USER_BODY);
  const problems: string[] = [];
  const rows: Row[] = [];
  const lines = new Map<string, number>();
  for (const { record, info } of parseCsv(parse, text)) {
    const user = toUser(record);
    const { lines: line } = info;
    if (!validate(user))
      problems.push(...describeErrors(validate.errors ?? [], 'it').map((one) => `line ${line}: ${one}`));
    const name = (record['userPrincipalName'] ?? '').toLowerCase();
    const first = lines.get(name);
    if (first !== undefined) problems.push(`line ${line}: repeats the userPrincipalName of line ${first}`);
    lines.set(name, line);
    if (problems.length === 0) rows.push({ line, user: readNewUser(user as Static<typeof NEW_USER_BODY>) });
  }
  if (rows.length === 0 && problems.length === 0) problems.push('the file has no users');
  if (problems.length > 0) {
    const more = problems.length - MAX_PROBLEMS;
    const shown = more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`] : problems;
    throw new ControlError(400, 'The file is not valid. Nothing was changed.', shown);
  }
  return rows;
}

type Cells = Readonly<Record<string, string>>;
type Parsed = readonly { readonly record: Cells; readonly info: { readonly lines: number } }[];

function parseCsv(parse: (text: string, options: object) => unknown, text: string): Parsed {
  try {
    return parse(text, { columns: true, info: true, bom: true, trim: true, skip_empty_lines: true }) as Parsed;
  } catch (cause) {
    throw new ControlError(400, 'The file is not valid. Nothing was changed.', [(cause as Error).message]);
  }
}

function toUser(cells: Cells): Record<string, unknown> {
  const given = Object.entries(cells).filter(([, value]) => value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, valueOf(name, value)]));
}

function valueOf(name: string, value: string): unknown {
  if (name === 'accountEnabled')
    return /^(true|yes|1)$/i.test(value) ? true : /^(false|no|0)$/i.test(value) ? false : value;
  return name === 'directoryRoles' ? value.split(LIST_SEPARATOR).map((role) => role.trim()) : value;
}
