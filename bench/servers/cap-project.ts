/** The project of SAP CAP: its model from bench/peers/cap, its data from CSV files, as such projects have them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  ACTIVITIES_A_LEARNER,
  DOCUMENTED,
  externalIdOf,
  learnerIdOf,
  learnerNameOf,
  learnerOfLoaded,
} from '../data/activities.ts';
import { capActivity, capIdOf } from '../load/peer-exchanges.ts';
import { serverEnvironment } from './server-process.ts';

const MODEL = join(import.meta.dirname, '..', 'peers', 'cap');

type CsvRow = Readonly<Record<string, unknown>>;

/** Makes the project in the folder, and its database with so many activities. */
export function deployCap(folder: string, modules: string, loaded: number): void {
  cpSync(MODEL, folder, { recursive: true });
  symlinkSync(modules, join(folder, 'node_modules'));
  mkdirSync(join(folder, 'data'));
  const { learningProviderId, learningContentId } = DOCUMENTED;
  const tables: Readonly<Record<string, readonly CsvRow[]>> = {
    Providers: [{ id: learningProviderId, displayName: 'Fabrikam Learning', isCourseActivitySyncEnabled: true }],
    Contents: [{ id: learningContentId, provider_id: learningProviderId, title: 'Manage classes' }],
    Learners: Array.from({ length: loaded / ACTIVITIES_A_LEARNER }, (_, learner) => ({
      ...{ id: learnerIdOf(learner), userPrincipalName: learnerNameOf(learner), licence: 'premium' },
    })),
    CourseActivities: Array.from({ length: loaded }, (_, index) => ({
      id: capIdOf(index),
      ...capActivity(learnerIdOf(learnerOfLoaded(index)), externalIdOf(index)),
    })),
  };
  for (const [name, rows] of Object.entries(tables)) {
    writeFileSync(join(folder, 'data', `learning-${name}.csv`), csvOf(rows));
  }
  const deploy = join(modules, '@sap', 'cds', 'bin', 'deploy.js');
  const { status, output } = spawnSync(process.execPath, [deploy], { cwd: folder, env: serverEnvironment() });
  if (status !== 0) throw new Error(`SAP CAP could not be deployed: ${output.join('\n')}`);
}

function csvOf(rows: readonly CsvRow[]): string {
  const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
  return `${lines.map((line) => line.join(';')).join('\n')}\n`;
}
