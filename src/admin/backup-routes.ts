/** The admin API's paths of the backups that the server takes. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { formatUtcSeconds } from '../lib/utc-text.ts';
import type { AdminBackups, AdminContext } from './context.ts';

const closed = { additionalProperties: false } as const;

const BACKUP = Type.Object(
  {
    name: Type.String({ description: 'Of its file.' }),
    createdAt: Type.String({ format: 'date-time' }),
    sizeBytes: Type.Integer(),
  },
  { ...closed, description: 'All data as it was at one moment, as a file.' },
);

const BACKUPS = Type.Object(
  {
    schedule: Type.Union(
      [
        Type.Object({ everyHours: Type.Integer(), keep: Type.Integer({ description: 'How many stay.' }) }, closed),
        Type.Null(),
      ],
      { description: 'Null where the setting backupFolder names no folder: then there are no backups.' },
    ),
    value: Type.Array(BACKUP, { description: 'The newest first.' }),
  },
  { ...closed, description: 'Backups of the server, and when it takes them.' },
);

const CHECKED = Type.Object(
  { rows: Type.Integer(), schema: Type.String(), release: Type.String({ description: 'The release that wrote it.' }) },
  { ...closed, description: 'What a backup holds: all of it was read and restored where nothing is.' },
);

const BY_NAME = Type.Object({ backup: Type.String({ minLength: 1 }) }, closed);

export function backupRoutes({ server }: AdminContext): readonly ControlRoute[] {
  if (server === undefined) return [];
  const { backups } = server;
  return [listAll(backups), makeOne(backups), verifyOne(backups)];
}

function listAll(backups: AdminBackups | undefined): ControlRoute {
  return controlRoute({
    id: 'listBackups',
    method: 'GET',
    path: '/backups',
    summary: 'Lists the backups, and says when the server takes them.',
    answer: { status: 200, description: 'The backups.', schema: BACKUPS },
    run: () => {
      if (backups === undefined) return { body: { schedule: null, value: [] } };
      const { everyHours, keep, list } = backups;
      return { body: { schedule: { everyHours, keep }, value: list().map(showBackup) } };
    },
  });
}

function makeOne(backups: AdminBackups | undefined): ControlRoute {
  return controlRoute({
    id: 'makeBackup',
    method: 'POST',
    path: '/backups',
    summary: 'Takes a backup now. Those beyond the number that is kept are removed.',
    answer: { status: 201, description: 'The backup.', schema: BACKUP },
    run: async () => {
      const made = await getBackups(backups).make();
      if (made === undefined) throw new Error('The backup that was made is not there.');
      return { body: showBackup(made) };
    },
  });
}

function verifyOne(backups: AdminBackups | undefined): ControlRoute {
  return controlRoute({
    id: 'verifyBackup',
    method: 'POST',
    path: '/backups/{backup}/verify',
    summary: 'Reads all of a backup, and restores it into a database that is removed afterwards.',
    params: BY_NAME,
    answer: { status: 200, description: 'It can be restored.', schema: CHECKED },
    run: async ({ params }) => {
      const { rows, schema, release } = await getBackups(backups).verify(params.backup);
      return { body: { rows, schema, release } };
    },
  });
}

function getBackups(backups: AdminBackups | undefined): AdminBackups {
  if (backups !== undefined) return backups;
  throw new ControlError(409, 'The server takes no backups. Start it with --backup-folder.');
}

function showBackup({ name, createdAt, sizeBytes }: ReturnType<AdminBackups['list']>[number]) {
  return { name, createdAt: formatUtcSeconds(createdAt), sizeBytes };
}
