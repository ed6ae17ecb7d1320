/** What rows begin from, made over the API itself and removed again: providers, contents and activities of the seed. */
import { findApiVersion } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { TenantSeed } from '../seed/seed-schema.ts';
import type { RuleCaller } from './callers.ts';
import { admin, writer } from './callers.ts';
import { rewriteTexts } from './match.ts';
import type { RuleAnswer, RuleExchange, RulePlace } from './place.ts';

type Properties = Readonly<Record<string, unknown>>;

/** An object of the seed that a provider can make. */
interface Blueprint {
  readonly caller: RuleCaller;
  /** Ids of the seed that it needs first. */
  readonly needs: readonly string[];
  readonly send: string;
  readonly body: Properties;
  /** Where it is then, with its id at the end. */
  readonly folder: string;
  /** A provider that takes no activities: it is switched on for as long as some are made below it. */
  readonly isSwitchedOff?: boolean;
}

const PROVIDERS_PATH = '/employeeExperience/learningProviders';

/** What of the seed can be made over the API, by its id there. The rest comes about in the product alone. */
export function listBlueprints(tenant: TenantSeed): ReadonlyMap<string, Blueprint> {
  const licensed = Object.values(tenant.users).filter(({ licence }) => licence === 'premium');
  const learners = licensed.map(({ id }) => id);
  const found = new Map<string, Blueprint>();
  for (const { id: providerId, contents = [], activities = [], ...properties } of tenant.providers ?? []) {
    const folder = `${PROVIDERS_PATH}/${providerId}`;
    found.set(providerId, {
      caller: admin,
      needs: [],
      send: `POST ${PROVIDERS_PATH}`,
      body: { ...properties, isCourseActivitySyncEnabled: true },
      folder: PROVIDERS_PATH,
      isSwitchedOff: (properties as Properties)['isCourseActivitySyncEnabled'] !== true,
    });
    for (const { id, externalId, ...body } of contents as readonly (Properties & { readonly id: string })[]) {
      const key = encodeURIComponent(String(externalId));
      const send = `PATCH ${folder}/learningContents(externalId='${key}')`;
      found.set(id, { caller: writer, needs: [providerId], send, body, folder: `${folder}/learningContents` });
    }
    for (const { id, ...body } of activities as readonly (Properties & { readonly id: string })[]) {
      const { learnerUserId, assignerUserId, learningContentId, assignmentType } = body;
      if (assignmentType === 'peerRecommended' || !learners.includes(String(learnerUserId))) continue;
      const needs = [providerId, learningContentId, learnerUserId, assignerUserId].filter((one) => one !== undefined);
      const activitiesFolder = `${folder}/learningCourseActivities`;
      const send = `POST ${activitiesFolder}`;
      found.set(id, { caller: writer, needs: needs.map(String), send, body, folder: activitiesFolder });
    }
  }
  return found;
}

export interface MakerOptions {
  readonly place: Pick<RulePlace, 'findRoot' | 'send' | 'authorize'>;
  readonly version: ApiVersion;
  readonly blueprints: ReadonlyMap<string, Blueprint>;
  /** Ids of the seed that are there already, by what they are called at the target. */
  readonly known: ReadonlyMap<string, string>;
}

/** What has been made and is still to be removed. */
interface Made {
  readonly url: string;
  readonly caller: RuleCaller;
}

/** Makes sets of objects, and remembers everything until it is removed. */
export class FixtureMaker {
  readonly #options: MakerOptions;
  readonly #made: Made[] = [];

  constructor(options: MakerOptions) {
    this.#options = options;
  }

  /** The ids of the seed that neither exist nor can be made, of those given and of what they need. */
  findLacking(ids: readonly string[]): readonly string[] {
    const { known, blueprints } = this.#options;
    return ids.flatMap((id) => {
      if (known.has(id)) return [];
      const blueprint = blueprints.get(id);
      return blueprint === undefined ? [id] : this.findLacking(blueprint.needs);
    });
  }

  /** Those of the ids that are not there before they are made. */
  findMade(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => !this.#options.known.has(id));
  }

  /**
   * @param made what of the set is there
   * @returns what all are called at the target, those that are known included
   * @throws Error when the target refuses
   */
  async make(ids: readonly string[], made: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    const { known, blueprints } = this.#options;
    const names = new Map([...known, ...made]);
    const switchedOn = new Set<string>();
    const make = async (id: string): Promise<void> => {
      const blueprint = blueprints.get(id);
      if (names.has(id) || blueprint === undefined) return;
      for (const needed of blueprint.needs) {
        await make(needed);
        if (blueprints.get(needed)?.isSwitchedOff !== true || known.has(needed) || switchedOn.has(needed)) continue;
        await this.#switch(names.get(needed), true);
        switchedOn.add(needed);
      }
      names.set(id, await this.#create(blueprint, names));
      if (blueprint.isSwitchedOff === true) switchedOn.add(id);
    };
    for (const id of ids) await make(id);
    for (const id of switchedOn) await this.#switch(names.get(id), false);
    return names;
  }

  async #switch(provider: string | undefined, isOn: boolean): Promise<void> {
    await this.#call(admin, `PATCH ${PROVIDERS_PATH}/${provider}`, { isCourseActivitySyncEnabled: isOn });
  }

  async #create({ caller, send, body, folder }: Blueprint, names: ReadonlyMap<string, string>): Promise<string> {
    const change = renamer(names);
    const answer = await this.#call(caller, change(send), rewriteTexts(body, change));
    const { id } = Object(answer.body) as { readonly id?: unknown };
    if (typeof id !== 'string') throw new Error(`${change(send)} gave no id: ${answer.text.slice(0, 300)}`);
    this.#made.push({ url: `${this.#root()}${change(folder)}/${id}`, caller });
    return id;
  }

  async #call(caller: RuleCaller, send: string, body: unknown): Promise<RuleAnswer> {
    const { place } = this.#options;
    const [method = '', path = ''] = send.split(/ (.*)/s);
    const authorization = await place.authorize(caller);
    const answer = await place.send({
      method,
      url: this.#root() + path,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status < 300) return answer;
    throw new Error(`${send} got ${answer.status}: ${answer.text.slice(0, 300)}`);
  }

  #root(): string {
    return this.#options.place.findRoot(this.#options.version);
  }

  /** Remembers what the requests of a row have made, items of batches too. */
  note(exchanges: readonly RuleExchange[]): void {
    for (const { step, call, answer } of exchanges) {
      const { as: caller } = step;
      if (caller === undefined) continue;
      this.#noteCreated(caller, call, answer);
      const { requests = [] } = Object(step.json) as { readonly requests?: readonly BatchRequest[] };
      const { responses = [] } = Object(answer.body) as { readonly responses?: readonly BatchResponse[] };
      for (const response of Array.isArray(responses) ? responses : []) {
        const request = Array.isArray(requests) ? requests.find(({ id }) => String(id) === response.id) : undefined;
        if (request !== undefined) this.#noteCreated(caller, { ...request, url: this.#urlOf(request.url) }, response);
      }
    }
  }

  /** Of an item of a batch, which may give it whole, from the service root or from the version's. */
  #urlOf(url: unknown): string {
    const path = String(url)
      .replace(/^https?:\/\/[^/]*/, '')
      .replace(/^\/?/, '/');
    const [, first = ''] = path.split('/', 2);
    return this.#root() + (findApiVersion(first) === undefined ? path : path.slice(first.length + 1));
  }

  #noteCreated(
    caller: RuleCaller,
    { method, url }: { readonly method: unknown; readonly url: string },
    { status, body }: Pick<RuleAnswer, 'status' | 'body'>,
  ): void {
    const { id } = Object(body) as { readonly id?: unknown };
    if (typeof id !== 'string') return;
    const folder = url.replace(/[?#].*/s, '');
    if (method === 'POST' && status === 201) this.#made.push({ url: `${folder}/${id}`, caller });
    // An upsert by external id gives the object whether or not it was there: what was there is removed by its own entry.
    const isUpsert = method === 'PATCH' && status === 202 && folder.includes('(');
    if (isUpsert) this.#made.push({ url: `${folder.replace(/\([^/]*$/, '')}/${id}`, caller });
  }

  /** Newest first; goes on after a refusal. @returns the URLs of what may still be there */
  async removeAll(): Promise<readonly string[]> {
    const { place } = this.#options;
    const removed: string[] = [];
    const refused: string[] = [];
    for (const { url, caller } of this.#made.splice(0).toReversed()) {
      try {
        const authorization = await place.authorize(caller);
        const { status } = await place.send({ method: 'DELETE', url, headers: { authorization } });
        (status < 300 || status === 404 ? removed : refused).push(url);
      } catch {
        refused.push(url);
      }
    }
    // What a provider refused to remove while it was switched off went with it.
    return refused.filter((url) => !removed.some((gone) => url.startsWith(`${gone}/`)));
  }
}

type BatchRequest = { readonly id: unknown; readonly method: unknown; readonly url: unknown };
type BatchResponse = Pick<RuleAnswer, 'status' | 'body'> & { readonly id: string };

/** Puts the ids of the target in place of those of the seed, also where they are in capitals. */
export function renamer(names: ReadonlyMap<string, string>): (text: string) => string {
  const changed = [...names].filter(([id, name]) => id !== name);
  if (changed.length === 0) return (text) => text;
  const tails = changed.flatMap(([id, name]) => (id.includes(':') ? [[tailOf(id), tailOf(name)] as const] : []));
  const all = [...changed, ...tails];
  const forms = new Map([...all, ...all.map(([id, name]) => [id.toUpperCase(), name.toUpperCase()] as const)]);
  // The id of an activity begins with that of its learner.
  const ids = [...forms.keys()].toSorted((a, b) => b.length - a.length);
  const expression = new RegExp(ids.join('|'), 'g');
  return (text) => text.replace(expression, (id) => forms.get(id) ?? id);
}

/** Of the id of an activity, what follows its learner: requests may encode the colon. */
function tailOf(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}
