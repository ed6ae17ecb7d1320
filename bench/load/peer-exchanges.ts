/** The same operations as requests of other servers. */
import { createHmac } from 'node:crypto';

import {
  ACTIVITIES_A_LEARNER,
  DOCUMENTED,
  externalIdOf,
  FIRST_CREATED,
  idOfLoaded,
  learnerIdOf,
  learnerOfCreated,
} from '../data/activities.ts';
import { PAGE, randomBelow, requestText } from './exchanges.ts';
import type { Exchanges } from './exchanges.ts';

/** Of the account that every Azurite has: it is printed in the documentation of Azurite. */
const AZURITE_ACCOUNT = 'devstoreaccount1';
const AZURITE_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const AZURITE_TABLE = 'activities';

/** What the learner and the number of the next activity are, for servers with so many loaded activities. */
function createNumbers(loaded: number): () => { readonly learnerId: string; readonly externalId: string } {
  let next = FIRST_CREATED;
  return () => {
    next += 1;
    return { learnerId: learnerIdOf(learnerOfCreated(next, loaded)), externalId: externalIdOf(next) };
  };
}

/** An activity as services.cds has it. */
export function capActivity(learnerId: string, externalId: string): Readonly<Record<string, unknown>> {
  const { assignedDateTime, assignerUserId, assignmentType, completionPercentage, status } = DOCUMENTED;
  const { dueDateTime, notes } = DOCUMENTED as {
    readonly dueDateTime: { readonly dateTime: string; readonly timeZone: string };
    readonly notes: { readonly contentType: string; readonly content: string };
  };
  return {
    type: 'learningAssignment',
    externalCourseActivityId: externalId,
    learner_id: learnerId,
    content_id: DOCUMENTED['learningContentId'],
    provider_id: DOCUMENTED['learningProviderId'],
    ...{ status, completionPercentage, assignerUserId, assignmentType },
    assignedDateTime: String(assignedDateTime).replace('+00:00', 'Z'),
    dueDateTime: dueDateTime.dateTime,
    dueTimeZone: dueDateTime.timeZone,
    notes: notes.content,
    notesContentType: notes.contentType,
  };
}

/** The key of a loaded activity. */
export function capIdOf(index: number): string {
  const id = idOfLoaded(index);
  return id.slice(id.indexOf(':') + 1);
}

export function createCapExchanges(loaded: number): Exchanges {
  const path = '/learning/LearningCourseActivities';
  const nextNumbers = createNumbers(loaded);
  const one = () => `${path}(${capIdOf(randomBelow(loaded))})`;
  return {
    create: () => {
      const { learnerId, externalId } = nextNumbers();
      return { text: requestText(`POST ${path}`, {}, JSON.stringify(capActivity(learnerId, externalId))), status: 201 };
    },
    update: () => {
      const body = { status: 'inProgress', completionPercentage: randomBelow(100), completedDateTime: null };
      return { text: requestText(`PATCH ${one()}`, {}, JSON.stringify(body)), status: 200 };
    },
    get: () => ({ text: requestText(`GET ${one()}`, {}), status: 200 }),
    list: () => {
      const filter = `learner_id%20eq%20${learnerIdOf(randomBelow(loaded / ACTIVITIES_A_LEARNER))}`;
      return { text: requestText(`GET ${path}?$filter=${filter}&$top=${PAGE}`, {}), status: 200 };
    },
  };
}

/** Of the document's paths, which begin below the version. */
export function createPrismExchanges(loaded: number): Exchanges {
  const path = `/employeeExperience/learningProviders/${String(DOCUMENTED['learningProviderId'])}/learningCourseActivities`;
  const nextNumbers = createNumbers(loaded);
  return {
    create: () => {
      const { learnerId, externalId } = nextNumbers();
      const body = { ...DOCUMENTED, learnerUserId: learnerId, externalCourseActivityId: externalId };
      return { text: requestText(`POST ${path}`, { Authorization: 'Bearer x' }, JSON.stringify(body)), status: 201 };
    },
  };
}

/** An entity an activity: the learner is its partition, the external id its row. */
export function createAzuriteExchanges(loaded: number): Exchanges {
  const headers = signForAzurite(`/${AZURITE_TABLE}`);
  const nextNumbers = createNumbers(loaded);
  return {
    create: () => {
      const { learnerId, externalId } = nextNumbers();
      const { learner_id: _learner, externalCourseActivityId: _externalId, ...properties } = capActivity('', '');
      const body = { PartitionKey: learnerId, RowKey: externalId, ...properties };
      const line = `POST /${AZURITE_ACCOUNT}/${AZURITE_TABLE}`;
      return { text: requestText(line, headers, JSON.stringify(body)), status: 201 };
    },
  };
}

/** The request that makes the table. */
export function azuriteTableRequest(): string {
  const line = `POST /${AZURITE_ACCOUNT}/Tables`;
  return requestText(line, signForAzurite('/Tables'), JSON.stringify({ TableName: AZURITE_TABLE }));
}

/** Authorize with Shared Key, "Shared Key Lite for Table Storage": the date and the resource are signed. */
function signForAzurite(resource: string): Readonly<Record<string, string>> {
  const date = new Date().toUTCString();
  const text = `${date}\n/${AZURITE_ACCOUNT}/${AZURITE_ACCOUNT}${resource}`;
  const signature = createHmac('sha256', Buffer.from(AZURITE_KEY, 'base64')).update(text).digest('base64');
  return {
    'x-ms-date': date,
    'x-ms-version': '2019-02-02',
    Authorization: `SharedKeyLite ${AZURITE_ACCOUNT}:${signature}`,
    Accept: 'application/json;odata=nometadata',
  };
}
