/** A preset that an order names, and what the order changes of it. */
import { isJsonObject } from '../../odata/payload.ts';
import type { JsonObject } from '../../odata/payload.ts';
import { findUnknown } from './check.ts';

export interface Preset {
  readonly name: string;
  readonly what: string;
  readonly rule: object;
}

export interface PresetChoice {
  readonly presets: readonly Preset[];
  /** By name: why presets of something else cannot be had here. */
  readonly refused: Readonly<Record<string, string>>;
}

/** Members of the order take the place of the preset's; those of an effect of the same kind, one by one. */
export function withPreset(
  order: JsonObject,
  { presets, refused }: PresetChoice,
): { readonly order: JsonObject; readonly problems: readonly string[] } {
  const name = order['preset'];
  if (typeof name !== 'string') return { order, problems: [] };
  const preset = presets.find((one) => one.name === name);
  if (preset !== undefined) return { order: overlay({ ...preset.rule }, order), problems: [] };
  const reason = refused[name];
  const names = presets.map((one) => one.name);
  return { order, problems: reason === undefined ? findUnknown('preset', name, names) : [`preset: ${reason}`] };
}

function overlay(rule: JsonObject, order: JsonObject): JsonObject {
  const { effect } = order;
  const own = rule['effect'];
  const isSameKind = isJsonObject(effect) && isJsonObject(own) && (effect['kind'] ?? own['kind']) === own['kind'];
  return { ...rule, ...order, ...(isSameKind && { effect: { ...own, ...effect } }) };
}
