/** The settings table. Flags, environment names, the keys of the file, the help and docs/settings.md all come from it. */
import { BEHAVIOUR_SWITCHES } from '../model/behaviour.ts';
import type { Behaviour, SwitchRow } from '../model/behaviour.ts';
import { BEHAVIOUR_ROWS } from './rows/behaviour.ts';
import { DATA_ROWS } from './rows/data.ts';
import { LIMITS_ROWS } from './rows/limits.ts';
import { OUTPUT_ROWS } from './rows/output.ts';
import { SERVER_ROWS } from './rows/server.ts';
import { NOTIFICATION_ROWS } from './rows/notifications.ts';
import { SYNC_ROWS } from './rows/sync.ts';
import { TOKENS_ROWS } from './rows/tokens.ts';
import type { SettingRow, SettingRows } from './rows/setting-row.ts';
import type { ValueOf } from './setting-type.ts';

export { SETTING_GROUPS } from './rows/setting-row.ts';
export type { SettingGroup } from './rows/setting-row.ts';

const ROWS = {
  ...SERVER_ROWS,
  ...DATA_ROWS,
  ...OUTPUT_ROWS,
  ...TOKENS_ROWS,
  ...LIMITS_ROWS,
  ...SYNC_ROWS,
  ...NOTIFICATION_ROWS,
  ...BEHAVIOUR_ROWS,
} as const satisfies SettingRows;

type Rows = typeof ROWS;

/** All settings by key. The switches of the model stand among them, so that Settings can be handed on as Behaviour. */
export type Settings = { readonly [Key in keyof Rows]: ValueOf<Rows[Key]> } & Behaviour & {
    /** The flag that has switched the sandbox off by default; `undefined` where it is on, or off because someone said so. */
    readonly sandboxOffBy?: string;
    /** Whether the server keeps the record: `vivarium serve`. */
    readonly isForRecord?: boolean;
  };

type SettingKey = Exclude<keyof Settings, 'sandboxOffBy' | 'isForRecord'>;

/** A row with its names. */
export type Setting = SettingRow & {
  readonly key: SettingKey;
  /** In the file, and as the flag's attribute: `readyFile`. */
  readonly name: string;
  /** `--ready-file`, and `--no-…` before a boolean's. */
  readonly flag: string;
  /** `VIVARIUM_READY_FILE` */
  readonly env: string;
};

export const ENV_PREFIX = 'VIVARIUM_';

/** Every setting, in the order of the help. */
export const SETTINGS: readonly Setting[] = [
  ...Object.entries<SettingRow>(ROWS),
  ...Object.entries<SwitchRow<string | boolean>>(BEHAVIOUR_SWITCHES).map(switchRow),
].map(([key, row]) => {
  const name = row.name ?? key;
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const env = `${ENV_PREFIX}${words.replaceAll('-', '_').toUpperCase()}`;
  return { ...row, key: key as SettingKey, name, flag: `--${words}`, env };
});

function switchRow([key, row]: readonly [string, SwitchRow<string | boolean>]): readonly [string, SettingRow] {
  const { description, default: value, values = [] } = row;
  const basics = { group: 'Behaviour', description } as const;
  if (typeof value === 'boolean') return [key, { ...basics, type: 'boolean', default: value }];
  return [key, { ...basics, type: 'choice', values: values.map(String), default: value }];
}
