/** As learning-commands.ts: requests on providers, contents and lists; and the sequences of all of them. */
import * as fc from 'fast-check';
import { expect } from 'vitest';

import { V1 } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import {
  activityCommands,
  command,
  contextOf,
  expectReply,
  LEARNER,
  NOWHERE,
  number,
  pathOf,
  pick,
  providerId,
  providerNumber,
  rarely,
  version,
} from './learning-commands.ts';
import type { CallerName, Command, Real, WeightedCommands } from './learning-commands.ts';
import { fieldRefusal, REFUSALS, wireActivity } from './learning-model.ts';
import type { Activity, Content, Expected, World } from './learning-model.ts';
import type { Problem } from './learning-samples.ts';

const PROVIDERS = '/employeeExperience/learningProviders';

const switchProvider = fc
  .record({
    providers: providerNumber,
    caller: rarely<CallerName>('admin', 'writer', 'learner'),
    name: fc.constantFrom('isCourseActivitySyncEnabled', 'isCourseAcitvitySyncEnabled'),
    to: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constantFrom(false, null, 'yes')),
  })
  .map((data) =>
    command('switchProvider', data, async (world, real) => {
      const id = providerId(world, data.providers);
      const path = `/${V1}${PROVIDERS}/${id}`;
      const reply = await real.send({ caller: data.caller, method: 'PATCH', path, json: { [data.name]: data.to } });
      if (data.caller !== 'admin') return expectReply(reply, REFUSALS.denied);
      if (!world.providers.has(id)) return expectReply(reply, REFUSALS.providerNotFound);
      if (typeof data.to === 'string') {
        const problem: Problem = { kind: 'invalid', field: 'isCourseActivitySyncEnabled' };
        return expectReply(reply, fieldRefusal('update', [problem]) as Expected);
      }
      expectReply(reply, { status: 204, body: undefined });
      world.providers.set(id, data.to);
    }),
  );

const logo = 'https://provider.example/logo.png';
const NEW_PROVIDER = {
  displayName: 'Ünder test',
  longLogoWebUrlForDarkTheme: logo,
  longLogoWebUrlForLightTheme: logo,
  squareLogoWebUrlForDarkTheme: logo,
  squareLogoWebUrlForLightTheme: logo,
};

const createProvider = fc.record({ isOpen: fc.boolean() }).map((data) =>
  command('createProvider', data, async (world, real) => {
    const json = { ...NEW_PROVIDER, ...(data.isOpen && { isCourseActivitySyncEnabled: true }) };
    const reply = await real.send({ caller: 'admin', method: 'POST', path: `/${V1}${PROVIDERS}`, json });
    const id = String(reply.body?.id);
    expect(world.providers.has(id)).toBe(false);
    const context = contextOf(real, V1, 'learningProviders/$entity');
    const own = { id, ...NEW_PROVIDER, loginWebUrl: null, isCourseActivitySyncEnabled: data.isOpen };
    expectReply(reply, { status: 201, body: { '@odata.context': context, ...own } });
    world.providers.set(id, data.isOpen);
  }),
);

const deleteProvider = fc.record({ providers: number }).map((data) =>
  command('deleteProvider', data, async (world, real) => {
    // The first two stay, so that the rest of the run has something to do.
    const id = pick([...world.providers.keys()].slice(2), data.providers) ?? NOWHERE;
    const reply = await real.send({ caller: 'admin', method: 'DELETE', path: `/${V1}${PROVIDERS}/${id}` });
    if (!world.providers.delete(id)) return expectReply(reply, REFUSALS.providerNotFound);
    expectReply(reply, { status: 204, body: undefined });
    for (const items of [world.contents, world.activities] as Map<string, { provider: string }>[]) {
      for (const [key, { provider }] of items) if (provider === id) items.delete(key);
    }
  }),
);

/** How each is answered with, when it is sent as it is; what is not sent is as in EMPTY_CONTENT. */
const CONTENT_VALUES = {
  title: ['A title', "it's <b>ü</b>"],
  contentWebUrl: ['https://provider.example/a'],
  languageTag: ['en-us'],
  isActive: [true, false, null],
  duration: ['PT20M', null],
  level: ['beginner', null],
  numberOfPages: [0, 7],
  additionalTags: [[], ['a', 'b']],
} as const;

export const EMPTY_CONTENT = {
  additionalTags: [],
  contributors: [],
  skillTags: [],
  createdDateTime: null,
  description: null,
  duration: null,
  format: null,
  isActive: true,
  isPremium: false,
  isSearchable: true,
  lastModifiedDateTime: null,
  level: null,
  numberOfPages: null,
  sourceName: null,
  thumbnailWebUrl: null,
};

const REQUIRED_OF_CONTENT = ['title', 'contentWebUrl', 'languageTag'] as const;

const contentFields = fc.record(
  Object.fromEntries(Object.entries(CONTENT_VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
);

const externalId = fc.constantFrom('LP4471', 'c0', 'c1', "c/'2");
const keyOf = (text: string) => encodeURIComponent(text.replaceAll("'", "''"));

function contentBody(real: Real, apiVersion: ApiVersion, content: Content): Record<string, unknown> {
  const what = `learningProviders('${content.provider}')/learningContents/$entity`;
  const { id, values, externalId: key } = content;
  return { '@odata.context': contextOf(real, apiVersion, what), id, externalId: key, ...values };
}

function findContent(world: World, provider: string, key: string): Content | undefined {
  return [...world.contents.values()].find((one) => one.provider === provider && one.externalId === key);
}

const upsertContent = fc
  .record({
    providers: providerNumber,
    caller: rarely<CallerName>('writer', 'none', 'assigner'),
    version,
    externalId,
    fields: contentFields,
    isComplete: fc.boolean(),
    bodyKey: rarely<'none' | 'same' | 'other'>('none', 'same', 'other'),
  })
  .map((data) =>
    command('upsertContent', data, async (world, real) => {
      const provider = providerId(world, data.providers);
      const complete = data.isComplete ? { title: 'T', contentWebUrl: 'https://a.example/', languageTag: 'fr' } : {};
      const fields = { ...complete, ...data.fields };
      const bodyKeys = { none: {}, same: { externalId: data.externalId }, other: { externalId: 'another' } };
      const path = pathOf(data.version, provider, `/learningContents(externalId='${keyOf(data.externalId)}')`);
      const json = { ...fields, ...bodyKeys[data.bodyKey] };
      const reply = await real.send({ caller: data.caller, method: 'PATCH', path, json });
      if (data.caller !== 'writer') return expectReply(reply, REFUSALS.denied);
      if (!world.providers.has(provider)) return expectReply(reply, REFUSALS.noProvider);
      const stored = findContent(world, provider, data.externalId);
      const missing = stored === undefined ? REQUIRED_OF_CONTENT.filter((name) => !(name in fields)) : [];
      const problems: Problem[] = [
        ...(data.bodyKey === 'other' ? [{ kind: 'invalid', field: 'externalId' } as const] : []),
        ...missing.map((field) => ({ kind: 'required', field }) as const),
      ];
      const refused = fieldRefusal('update', problems);
      if (refused !== undefined) return expectReply(reply, refused);
      const id = stored?.id ?? String(reply.body?.id);
      const values = { ...(stored?.values ?? withDefaults(fields)), ...(stored !== undefined && fields) };
      const content: Content = {
        id,
        provider,
        externalId: data.externalId,
        values,
        version: (stored?.version ?? 0) + 1,
      };
      world.contents.set(id, content);
      expectReply(reply, { status: 202, body: contentBody(real, data.version, content) });
      expect(reply.headers['etag']).toBe(`W/"${content.version}"`);
    }),
  );

/** A new content has the default where null was sent, too. */
function withDefaults(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sent = Object.entries(fields).filter(([, value]) => value !== null);
  return { ...EMPTY_CONTENT, ...Object.fromEntries(sent) };
}

const getContent = fc.record({ providers: providerNumber, externalId, byId: fc.boolean(), version }).map((data) =>
  command('getContent', data, async (world, real) => {
    const provider = providerId(world, data.providers);
    const stored = findContent(world, provider, data.externalId);
    const rest = data.byId ? `/${stored?.id ?? NOWHERE}` : `(externalId='${keyOf(data.externalId)}')`;
    const path = pathOf(data.version, provider, `/learningContents${rest}`);
    const reply = await real.send({ caller: 'writer', method: 'GET', path });
    if (!world.providers.has(provider)) return expectReply(reply, REFUSALS.noProvider);
    if (stored === undefined) return expectReply(reply, REFUSALS.contentNotFound);
    expectReply(reply, { status: 200, body: contentBody(real, data.version, stored) });
  }),
);

const deleteContent = fc.record({ providers: providerNumber, externalId }).map((data) =>
  command('deleteContent', data, async (world, real) => {
    const provider = providerId(world, data.providers);
    const stored = findContent(world, provider, data.externalId);
    const path = pathOf(V1, provider, `/learningContents(externalId='${keyOf(data.externalId)}')/$ref`);
    const reply = await real.send({ caller: 'writer', method: 'DELETE', path });
    if (!world.providers.has(provider)) return expectReply(reply, REFUSALS.noProvider);
    if (stored === undefined) return expectReply(reply, REFUSALS.contentNotFound);
    world.contents.delete(stored.id);
    expectReply(reply, { status: 204, body: undefined });
  }),
);

const guidOf = ({ id }: Activity) => id.slice(id.indexOf(':') + 1);
const byGuid = (one: Activity, other: Activity) => compare(guidOf(one), guidOf(other));
const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

interface ListPlace {
  readonly caller: CallerName;
  readonly path: string;
  readonly context: string;
  readonly items: readonly Activity[];
}

function placeOf(world: World, place: string, provider: string): ListPlace {
  const all = [...world.activities.values()];
  const end = 'employeeExperience/learningCourseActivities';
  switch (place) {
    case 'me':
      return {
        caller: 'learner',
        path: `/${V1}/me/${end}`,
        context: `me/${end}`,
        items: all.filter(({ learner }) => learner === LEARNER).toSorted(byGuid),
      };
    case 'root':
      return {
        caller: 'assigner',
        path: `/${V1}/${end}`,
        context: end,
        items: all
          .filter(({ type }) => type === 'learningAssignment')
          .toSorted((one, other) => compare(one.learner, other.learner) || byGuid(one, other)),
      };
    default:
      return {
        caller: 'writer',
        path: pathOf(V1, provider, '/learningCourseActivities'),
        context: `learningProviders('${provider}')/learningCourseActivities`,
        items: all.filter((one) => one.provider === provider),
      };
  }
}

const list = fc
  .record({
    place: fc.constantFrom('me', 'root', 'provider'),
    providers: providerNumber,
    top: fc.constantFrom(1, 2, 3, 10, 100),
    skip: rarely(0, 1, 3, 50),
  })
  .map((data) =>
    command('list', data, async (world, real) => {
      const provider = providerId(world, data.providers);
      const { caller, path, context, items } = placeOf(world, data.place, provider);
      const first = `${path}?$top=${data.top}&$count=true${data.skip === 0 ? '' : `&$skip=${data.skip}`}`;
      const seen: unknown[] = [];
      for (let next: string | undefined = first; next !== undefined;) {
        const reply = await real.send({ caller, method: 'GET', path: next });
        if (data.place === 'provider' && !world.providers.has(provider)) return expectReply(reply, REFUSALS.noProvider);
        expect(reply).toMatchObject({
          status: 200,
          body: { '@odata.context': contextOf(real, V1, context), '@odata.count': items.length },
        });
        const page = reply.body.value as readonly unknown[];
        const link = reply.body['@odata.nextLink'] as string | undefined;
        if (link !== undefined) expect(page).toHaveLength(data.top);
        seen.push(...page);
        next = link?.slice(real.origin.length);
      }
      const expected = items.slice(data.skip).map(wireActivity);
      // The order of a provider's list is that of an index, which is none of the model's.
      if (data.place !== 'provider') return expect(seen).toEqual(expected);
      expect(seen).toHaveLength(expected.length);
      if (data.skip === 0) expect(new Set(seen)).toEqual(new Set(expected));
    }),
  );

const count = fc.record({ place: fc.constantFrom('me', 'root', 'provider'), providers: providerNumber }).map((data) =>
  command('count', data, async (world, real) => {
    const provider = providerId(world, data.providers);
    const { caller, path, items } = placeOf(world, data.place, provider);
    const reply = await real.send({ caller, method: 'GET', path: `${path}/$count` });
    if (data.place === 'provider' && !world.providers.has(provider)) return expectReply(reply, REFUSALS.noProvider);
    expect({ status: reply.status, body: Number(reply.body) }).toEqual({ status: 200, body: items.length });
  }),
);

const otherCommands: readonly WeightedCommands[] = [
  { weight: 3, arbitrary: switchProvider },
  { weight: 1, arbitrary: createProvider },
  { weight: 1, arbitrary: deleteProvider },
  { weight: 4, arbitrary: upsertContent },
  { weight: 2, arbitrary: getContent },
  { weight: 1, arbitrary: deleteContent },
  { weight: 3, arbitrary: list },
  { weight: 1, arbitrary: count },
];

/** Each sequence is for a world as the seed left it. */
export const sequences = fc.commands([...weighted(activityCommands), ...weighted(otherCommands)], {
  maxCommands: 60,
  size: 'max',
});

/** A list in which each stands as often as it weighs. */
function weighted(all: readonly WeightedCommands[]): fc.Arbitrary<Command>[] {
  return all.flatMap(({ weight, arbitrary }) => Array.from({ length: weight }, () => arbitrary));
}
