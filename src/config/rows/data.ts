/** Settings of the group Data: where data is kept, and what fills it. */
import { SHIPPED_SEEDS } from '../../lib/shipped-seeds.ts';
import type { SettingRows } from './setting-row.ts';

export const DATA_ROWS = {
  configFile: {
    type: 'path',
    holds: 'file',
    name: 'config',
    short: 'c',
    isNotForFile: true,
    group: 'Data',
    description:
      'YAML or JSON file of settings. Without it, vivarium.yaml, vivarium.yml or vivarium.json of the working directory is read.',
  },
  dataDir: {
    type: 'path',
    holds: 'folder',
    default: './.vivarium',
    name: 'data',
    group: 'Data',
    description: 'Folder of the database, the keys and the certificates; made when it is missing.',
  },
  ephemeral: {
    type: 'boolean',
    default: false,
    group: 'Data',
    description: 'Keep data in memory only: it is lost when the process ends.',
  },
  database: {
    type: 'database',
    isSecret: true,
    group: 'Data',
    description:
      'PostgreSQL database to use in place of the file in the data folder. Its sslmode is disable, require, verify-ca or verify-full; without one, this machine is disable and any other verify-full.',
  },
  databasePasswordFile: {
    type: 'path',
    holds: 'file',
    group: 'Data',
    description: 'File with the password for PostgreSQL, read again for every connection.',
  },
  databaseAuthorityFile: {
    type: 'path',
    holds: 'file',
    name: 'databaseCa',
    group: 'Data',
    description: 'PEM certificates of the CAs that may issue the certificate of PostgreSQL.',
  },
  migrateAtStart: {
    type: 'boolean',
    default: false,
    group: 'Data',
    description:
      'Migrate PostgreSQL to the schema of this release at startup, as vivarium migrate does. SQLite files are always migrated.',
  },
  seedFile: {
    type: 'path',
    holds: 'file',
    name: 'seed',
    names: SHIPPED_SEEDS,
    group: 'Data',
    description:
      'YAML file to fill an empty data folder with, in place of the default seed; conformance names the seed of vivarium conformance.',
  },
  beginAnew: {
    type: 'boolean',
    default: false,
    isNotForFile: true,
    group: 'Data',
    description:
      'Fill an empty database although the data folder shows that one was filled before; without it, such a start is refused. For one start.',
  },
  audit: {
    type: 'choice',
    values: ['off', 'metadata', 'full'],
    default: 'off',
    group: 'Data',
    description:
      'What the audit trail keeps of each change: nothing, who changed which properties when, or the values before and after too. Where the sandbox is off, the default is full; a sandbox has its journal.',
  },
  auditKeyFile: {
    type: 'path',
    holds: 'file',
    group: 'Data',
    description:
      'File with a secret of at least 32 characters that seals the audit trail, so that write access to the database is not enough to forge it. Servers of one database share it.',
  },
  auditDays: {
    type: 'integer',
    range: [1, 36_500],
    unit: 'days',
    group: 'Data',
    description: 'How long the audit trail keeps records; without it, for good.',
  },
  feedDays: {
    type: 'integer',
    range: [0, 365],
    unit: 'days',
    default: 7,
    group: 'Data',
    description:
      'How long changes are kept for those who follow them: a follower that was away for longer has to begin again. With 0, and the audit trail off, changes are not kept at all.',
  },
  backupFolder: {
    type: 'path',
    holds: 'folder',
    group: 'Data',
    description:
      'Folder of its own for backups that the server takes at intervals, in a thread beside it. Without it, none are taken.',
  },
  backupEveryHours: {
    type: 'integer',
    range: [1, 8760],
    unit: 'hours',
    default: 24,
    group: 'Data',
    description: 'How old the newest backup in backupFolder becomes before the next is taken.',
  },
  backupKeep: {
    type: 'integer',
    range: [1, 10_000],
    default: 7,
    group: 'Data',
    description: 'How many backups stay in backupFolder; older ones are removed.',
  },
  retentionRules: {
    type: 'list',
    name: 'retentionRule',
    group: 'Data',
    description:
      'TENANT=DAYS: activities that were completed more than so many days ago are deleted once a day; may be repeated. vivarium retention says what a rule would delete.',
  },
} as const satisfies SettingRows;
