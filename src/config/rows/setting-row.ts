/** One setting, as a row of the table. */
import type { SettingType } from '../setting-type.ts';

export const SETTING_GROUPS = [
  'Server',
  'Data',
  'Output',
  'Tokens',
  'Limits',
  'Sync',
  'Notifications',
  'Behaviour',
] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

export type SettingRow = SettingType & {
  readonly group: SettingGroup;
  readonly description: string;
  /** The public name, where it is not the key: `data` is --data, VIVARIUM_DATA and `data` in the file. */
  readonly name?: string;
  /** One letter. */
  readonly short?: string;
  /** Never shown again, not even in an error. */
  readonly isSecret?: boolean;
  /** Whether the configuration file may hold it. */
  readonly isNotForFile?: boolean;
};

export type SettingRows = Readonly<Record<string, SettingRow>>;
