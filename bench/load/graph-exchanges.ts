/** The operations as requests of Microsoft Graph's API. */
import {
  DOCUMENTED,
  externalIdOf,
  FIRST_CREATED,
  idOfLoaded,
  learnerIdOf,
  learnerOfCreated,
} from '../data/activities.ts';
import type { Ledger } from '../data/ledger.ts';
import { BATCH_ITEMS, CONNECTIONS, PAGE, randomBelow, requestText } from './exchanges.ts';
import type { Exchanges } from './exchanges.ts';
import type { Exchange } from './run-load.ts';

export interface GraphSite {
  readonly registrationId: string;
  readonly appToken: string;
  /** Delegated, of as many learners. */
  readonly learnerTokens: readonly string[];
  readonly ledger: Ledger;
}

export function createGraphExchanges(site: GraphSite): Exchanges {
  const { ledger, learnerTokens } = site;
  const collection = `/employeeExperience/learningProviders/${site.registrationId}/learningCourseActivities`;
  const path = `/v1.0${collection}`;
  const asApp = headersWith(site.appToken);
  const asLearners = learnerTokens.map(headersWith);
  return {
    create: () => {
      const index = takeNumber(ledger);
      const text = requestText(`POST ${path}`, asApp, createBody(index, ledger));
      const onAnswer = () => void ledger.created.push(index);
      return { text, status: 201, onAnswer, onRefused: () => void ledger.refused.push(index) };
    },
    update: (lane) => {
      // No other connection updates these, so that the last update of each is known.
      const index = lane + CONNECTIONS * randomBelow(Math.floor(ledger.loaded / CONNECTIONS));
      const percentage = randomBelow(100);
      const text = requestText(`PATCH ${path}/${idOfLoaded(index)}`, asApp, updateBody(percentage));
      return { text, status: 204, onAnswer: () => void ledger.updated.set(index, percentage) };
    },
    get: () => get(`${path}/${idOfLoaded(randomBelow(ledger.loaded))}`, asApp),
    alternateKey: () => {
      const externalId = externalIdOf(randomBelow(ledger.loaded));
      return get(`${path}(externalcourseActivityId='${externalId}')`, asApp);
    },
    list: () =>
      get(
        `/v1.0/me/employeeExperience/learningCourseActivities?$top=${PAGE}`,
        asLearners[randomBelow(asLearners.length)] ?? {},
      ),
    batch: () => {
      const indexes = Array.from({ length: BATCH_ITEMS }, () => takeNumber(ledger));
      const text = requestText('POST /v1.0/$batch', asApp, batchBody(collection, indexes, ledger));
      const onAnswer = (body: Buffer): void => {
        if (countOf(CREATED_ITEM, body) !== BATCH_ITEMS) throw new Error(`A batch failed: ${body.toString()}`);
        ledger.created.push(...indexes);
      };
      return { text, status: 200, onAnswer };
    },
  };
}

function headersWith(token: string): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${token}` };
}

function get(target: string, headers: Readonly<Record<string, string>>): Exchange {
  return { text: requestText(`GET ${target}`, headers), status: 200 };
}

function takeNumber(ledger: Ledger): number {
  ledger.nextCreated += 1;
  return ledger.nextCreated - 1;
}

const LEARNER = 'the learner';
const EXTERNAL_ID = 'the external id';

/** The documented body around the two texts in it that change. */
const [BODY_START, BODY_MIDDLE, BODY_END] = JSON.stringify({
  ...DOCUMENTED,
  learnerUserId: LEARNER,
  externalCourseActivityId: EXTERNAL_ID,
}).split(new RegExp(`${LEARNER}|${EXTERNAL_ID}`));

function createBody(index: number, { loaded }: Ledger): string {
  return BODY_START + learnerIdOf(learnerOfCreated(index, loaded)) + BODY_MIDDLE + externalIdOf(index) + BODY_END;
}

function updateBody(percentage: number): string {
  return JSON.stringify({
    '@odata.type': '#microsoft.graph.learningAssignment',
    status: 'inProgress',
    completionPercentage: percentage,
    completedDateTime: null,
  });
}

/** In the answer to a batch, once for each create that went well. */
const CREATED_ITEM = '"status":201';

function batchBody(url: string, indexes: readonly number[], ledger: Ledger): string {
  const items = indexes.map((index) => {
    const head = {
      id: String(index - FIRST_CREATED),
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
    };
    return `${JSON.stringify(head).slice(0, -1)},"body":${createBody(index, ledger)}}`;
  });
  return `{"requests":[${items.join(',')}]}`;
}

function countOf(text: string, body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + text.length)) count += 1;
  return count;
}
