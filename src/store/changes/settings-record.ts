/** Settings in the register of what belongs to no tenant: each start that differs from the one before is noted there. */
import { NO_TENANT } from './change.ts';
import type { Image } from './change.ts';
import { logStatements, readRecord } from './log-statements.ts';
import { changedNames, pickNames, readable } from './record.ts';
import { writeRegister } from './register-writes.ts';
import type { LogWriter } from './register-writes.ts';
import { REGISTER_OPERATIONS } from './register.ts';

/** @param isLogged whether changes are logged from now on: that they are not is noted only where they were before */
export async function noteSettings(writer: LogWriter, settings: Image, isLogged: boolean): Promise<void> {
  const known = await readNotedSettings(writer);
  if (known === undefined && !isLogged) return;
  const names = changedNames(known ?? {}, settings);
  if (names.length === 0) return;
  const before = known && pickNames(known, names);
  await writeRegister(writer, {
    tenantKey: NO_TENANT,
    operation: 'settings',
    before,
    after: pickNames(settings, names),
  });
}

/** As all records together say; `undefined` when nothing was ever logged. */
export async function readNotedSettings({ connection }: Pick<LogWriter, 'connection'>): Promise<Image | undefined> {
  const params = { tenant_id: NO_TENANT, operation: REGISTER_OPERATIONS.settings };
  const rows = await connection.read(logStatements.ofOperation, params);
  if (rows.length === 0) return undefined;
  const images = rows.map((row) => readable(readRecord(row, connection.dialect)).after ?? {});
  return Object.assign({}, ...images) as Image;
}
