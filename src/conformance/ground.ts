/** Where rows find the objects that they begin from: on a server with the seed, or made for them at any other. */
import type { TenantSeed } from '../seed/seed-schema.ts';
import type { FixtureMaker } from './fixtures.ts';
import { renamer } from './fixtures.ts';
import { changesSomething, findMentioned, sendsWrites } from './needs.ts';
import type { RuleRow, RuleStep } from './row.ts';
import type { RuleExchange } from './place.ts';

export interface RuleGround {
  /** What of the row's needs is not here; `undefined` when all is. */
  findLack(row: RuleRow): string | undefined;
  /** Has everything as the row expects it. @returns how a text of the row is said here. @throws Error when that fails */
  prepare(row: RuleRow): Promise<(text: string) => string>;
  /** @param isBroken whether a rule was broken, so that anything may be other than expected */
  finish(row: RuleRow, exchanges: readonly RuleExchange[], isBroken: boolean): Promise<void>;
  /** Leaves all as it was. @returns what could not be removed */
  close(): Promise<readonly string[]>;
}

const WRITES_LEFT_OUT = 'requests other than reads, which --read-only leaves out';

/** A sandbox with the seed, which goes back to it before a row that finds it changed. */
export function createSeededGround(reset: () => Promise<void>, isReadOnly: boolean): RuleGround {
  let isChanged = !isReadOnly;
  const restore = async (): Promise<void> => {
    if (isChanged) await reset();
    isChanged = false;
  };
  return {
    findLack: (row) => (isReadOnly && sendsWrites(row) ? WRITES_LEFT_OUT : undefined),
    prepare: async () => {
      await restore();
      return (text) => text;
    },
    finish: async (row, _exchanges, isBroken) => {
      isChanged = !isReadOnly && (isBroken || changesSomething(row));
    },
    close: async () => {
      await restore();
      return [];
    },
  };
}

export interface OwnGroundOptions {
  readonly maker: FixtureMaker;
  /** The tenant whose objects are made. */
  readonly tenant: TenantSeed;
  readonly isReadOnly: boolean;
  /** Whether the provider is one that was there before, with contents and activities of others. */
  readonly hasGivenProvider: boolean;
  /** Whether the learner has activities that the run did not make. */
  readonly hasOtherActivities: boolean;
}

/** Any server: a row gets the objects that it mentions, and rows that change nothing share theirs. */
export function createOwnGround(options: OwnGroundOptions): RuleGround {
  const { maker, tenant, isReadOnly, hasGivenProvider, hasOtherActivities } = options;
  const ids = listIds(tenant);
  const mentionedBy = (row: RuleRow): readonly string[] => {
    const found = findMentioned(row, [...ids.keys()]).map((text) => ids.get(text)?.id ?? text);
    return [...new Set(found)];
  };
  let names: ReadonlyMap<string, string> = new Map();
  let isFresh = true;
  const clear = async (): Promise<readonly string[]> => {
    names = new Map();
    isFresh = true;
    return maker.removeAll();
  };
  const left: string[] = [];
  return {
    findLack: (row) => {
      if (isReadOnly && sendsWrites(row)) return WRITES_LEFT_OUT;
      if (needsWholeSeed(row, tenant)) return SEED;
      if (hasGivenProvider && row.steps.some(needsOwnProvider))
        return 'a provider of its own, which --provider replaces';
      if (hasOtherActivities && row.steps.some(readsWholeLearner)) return 'a learner without activities of others';
      const mentioned = mentionedBy(row);
      const [lacking] = maker.findLacking(mentioned);
      if (lacking !== undefined) return ids.get(lacking)?.lack ?? SEED;
      const isMade = maker.findMade(mentioned).length > 0;
      return isReadOnly && isMade ? 'objects of its own, which --read-only does not make' : undefined;
    },
    prepare: async (row) => {
      if (changesSomething(row) && !isFresh) left.push(...(await clear()));
      names = new Map([...names, ...(await maker.make(mentionedBy(row), names))]);
      isFresh &&= names.size === 0;
      return renamer(names);
    },
    finish: async (row, exchanges, isBroken) => {
      maker.note(exchanges);
      if (isBroken || changesSomething(row)) left.push(...(await clear()));
    },
    close: async () => [...left, ...(await clear())],
  };
}

const SEED = 'a server with the conformance seed and a control API: vivarium start --seed conformance';

interface KnownId {
  readonly id: string;
  /** What is missing where there is no such object. */
  readonly lack: string;
}

/** The ids and the external ids of all that the tenant has, each with the id. */
function listIds(tenant: TenantSeed): ReadonlyMap<string, KnownId> {
  const found = new Map<string, KnownId>();
  for (const [name, { id }] of Object.entries(tenant.users)) {
    found.set(id, { id, lack: `the id of a user like ${name}: --credentials` });
  }
  for (const { id, contents = [], activities = [] } of tenant.providers ?? []) {
    for (const item of [{ id }, ...contents, ...activities]) {
      const { externalId, externalcourseActivityId } = item as Readonly<Record<string, unknown>>;
      const known = { id: item.id, lack: SEED };
      for (const text of [item.id, externalId, externalcourseActivityId]) {
        if (typeof text === 'string') found.set(text, known);
      }
    }
  }
  return found;
}

/** Says so itself, or names people and addresses of the seed. */
function needsWholeSeed(row: RuleRow, { domainName, users }: TenantSeed): boolean {
  const people = Object.values(users).flatMap(({ displayName, mail = displayName }) => [displayName, mail]);
  return (
    row.needsSeed === true || row.steps.some(readsWholeTenant) || findMentioned(row, [domainName, ...people]).length > 0
  );
}

/** Whether what others have in the tenant is part of the answer. */
function readsWholeTenant({ send, gets }: RuleStep): boolean {
  const isCompared = gets.part !== undefined || gets.whole !== undefined || gets.text !== undefined;
  return isCompared && gets.status === 200 && WHOLE_TENANT.test(send);
}

const WHOLE_TENANT = /^GET \/employeeExperience\/learning(Providers|CourseActivities)(\/\$count)?(\?|$)/;

/** Whether a step reads a whole collection below a provider, or changes or removes the provider itself. */
function needsOwnProvider({ send }: RuleStep): boolean {
  return (
    /^GET .*\/learningProviders\/[^/]+\/learning(Contents|CourseActivities)(\/\$count)?(\?|$)/.test(send) ||
    /^(?!GET|HEAD|OPTIONS)\w+ .*\/learningProviders\/[^/]+(\/\$ref)?$/.test(send)
  );
}

/** Whether a step reads all activities of a learner. */
function readsWholeLearner({ send }: RuleStep): boolean {
  return /^\w+ \/(me|users\/[^/]+)\/employeeExperience\/learningCourseActivities(\/\$count)?(\?|$)/i.test(send);
}
