/** `$batch`: several requests in one. It is not a row of the operations, as it runs all of them. */
import { ERRORS } from '../../model/errors.ts';
import type { JsonObject } from '../payload.ts';
import type { ErrorResponses } from './errors.ts';
import { headersOf } from './headers.ts';
import { BATCH_PARAMETERS } from './parameters.ts';
import { schemaReference } from './reference.ts';
import { ANY_TOKEN } from './security.ts';

export const BATCH_ID = 'runBatch';
export const BATCH_TAG = { name: 'batch', description: 'Several requests in one.' } as const;

const text = { type: 'string' } as const;
const headers = { type: 'object', additionalProperties: text } as const;
const body = { description: 'A JSON value; as text, the base64 of one.' } as const;

export const BATCH_SCHEMAS = {
  BatchRequest: {
    type: 'object',
    required: ['requests'],
    properties: {
      requests: {
        type: 'array',
        description: `Refused: ${ERRORS.batchTooLarge.when}`,
        items: {
          type: 'object',
          required: ['id', 'method', 'url'],
          properties: {
            id: { ...text, minLength: 1 },
            method: { ...text, minLength: 1 },
            url: { ...text, minLength: 1, description: 'From the version root.' },
            headers,
            body,
            dependsOn: { type: 'array', items: text, description: 'Ids of items that are to succeed before.' },
          },
        },
      },
    },
  },
  BatchResponse: {
    type: 'object',
    required: ['responses'],
    properties: {
      responses: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'status', 'headers'],
          properties: { id: text, status: { type: 'integer' }, headers, body },
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, JsonObject>>;

export function printBatchPath(errors: ErrorResponses): JsonObject {
  const requests = [{ id: '1', method: 'GET', url: '/me' }];
  const operation = {
    operationId: BATCH_ID,
    summary: 'Run batch',
    tags: [BATCH_TAG.name],
    externalDocs: { url: 'https://learn.microsoft.com/graph/json-batching' },
    security: ANY_TOKEN,
    parameters: BATCH_PARAMETERS,
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: schemaReference('BatchRequest'),
          examples: { one: { summary: 'One request', value: { requests } } },
        },
      },
    },
    responses: {
      200: {
        description: 'An answer for each item, refused ones included.',
        headers: headersOf(200),
        content: { 'application/json': { schema: schemaReference('BatchResponse') } },
      },
      ...errors.of(BATCH_ID),
    },
  };
  return { '/$batch': { post: operation } };
}
