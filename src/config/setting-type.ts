/** The kinds of settings. */
import type { OutsideIssuer } from '../model/outside-issuer.ts';
import type { SyncTarget } from '../model/sync-target.ts';

/** The word for what suits the machine. */
export const AUTO = 'auto';

/** What a setting can hold. Without `default` it is undefined until it is given. */
export type SettingType =
  | {
      readonly type: 'integer';
      /** Inclusive. */
      readonly range: readonly [minimum: number, maximum: number];
      readonly unit?: 'days' | 'hours' | 'minutes' | 'seconds' | 'milliseconds' | 'bytes' | 'requests';
      readonly default?: number;
    }
  /** A number, or `auto`: what suits the machine. */
  | { readonly type: 'count'; readonly range: readonly [minimum: number, maximum: number]; readonly default: number }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'choice'; readonly values: readonly string[]; readonly default: string }
  /** Any text but the empty one. */
  | { readonly type: 'text'; readonly default?: string }
  /** A name or an IP address, without a port. */
  | { readonly type: 'host'; readonly default?: string }
  /** An http or https origin: scheme, host and port. */
  | { readonly type: 'url'; readonly default?: string }
  /** A postgres:// URL. */
  | { readonly type: 'database'; readonly default?: string }
  /** Absolute once read; a relative one starts at the working directory, or at the configuration file that holds it. */
  | {
      readonly type: 'path';
      readonly holds: 'file' | 'folder';
      readonly default?: string;
      /** Absolute paths by words that mean them. */
      readonly names?: Readonly<Record<string, string>>;
    }
  /** Separated by commas in a text. */
  | { readonly type: 'list'; readonly default?: readonly string[] }
  /** Objects, or JSON in a text. */
  | { readonly type: 'issuers'; readonly default: readonly [] }
  /** Objects, or JSON in a text. */
  | { readonly type: 'targets'; readonly default: readonly [] };

/** The type of a row's value: its kind, and undefined where nothing stands in when it is not given. */
export type ValueOf<Row extends SettingType> =
  | (Row extends { readonly type: 'integer' }
      ? number
      : Row extends { readonly type: 'count' }
        ? number | typeof AUTO
        : Row extends { readonly type: 'boolean' }
          ? boolean
          : Row extends { readonly type: 'list' }
            ? readonly string[]
            : Row extends { readonly type: 'issuers' }
              ? readonly OutsideIssuer[]
              : Row extends { readonly type: 'targets' }
                ? readonly SyncTarget[]
                : Row extends { readonly values: readonly (infer Choice)[] }
                  ? Choice
                  : string)
  | (Row extends { readonly default: unknown } ? never : undefined);
