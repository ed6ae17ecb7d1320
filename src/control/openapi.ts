/** The OpenAPI 3.1 document of a control API, from its routes. */
import { Type } from 'typebox';
import type { TObject, TSchema } from 'typebox';

import type { ControlApiFacts } from './facts.ts';
import { JSON_TYPE } from './input.ts';
import { PROBLEM_TYPE } from './problem.ts';
import type { ControlRoute } from './route.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface DocumentFacts {
  readonly facts: ControlApiFacts;
  readonly version: string;
  /** Of the API. */
  readonly url: string;
}

const PROBLEM = Type.Object(
  {
    type: Type.String(),
    title: Type.String({ description: 'The name of the status.' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'The problem in one sentence.' }),
    problems: Type.Array(Type.String(), {
      description: 'All problems, where there can be several.',
    }),
  },
  { description: 'Problem details by RFC 9457.' },
);

const REFUSALS: Readonly<Record<string, string>> = {
  '400': 'The request is not valid; problems lists all problems.',
  '401': 'The token is missing or wrong.',
  '404': 'Not found.',
  '409': 'The state of the server does not allow this.',
  '413': 'The body is too large.',
  '415': 'The media type of the body is not supported.',
  '503': 'The server cannot do this at present. Nothing was changed.',
};

export function createControlOpenApi(
  routes: readonly ControlRoute[],
  { facts, version, url }: DocumentFacts,
): JsonObject {
  const { name, description, tokenPlace } = facts;
  const scheme = `${name}Token`;
  const paths = Map.groupBy(routes, ({ path }) => path);
  return forOpenApi({
    openapi: '3.1.0',
    info: {
      title: `Vivarium ${name} API`,
      version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url }],
    security: [{ [scheme]: [] }],
    paths: Object.fromEntries([...paths].map(([path, group]) => [path, printPath(group)])),
    components: {
      securitySchemes: {
        [scheme]: { type: 'http', scheme: 'bearer', description: `The ${name} token ${tokenPlace}.` },
      },
      schemas: { problem: PROBLEM },
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [status, printRefusal(description)]),
      ),
    },
  });
}

/**
 * The document without what OpenAPI gives another meaning than the checker of bodies does: its `discriminator` is for
 * schemas that have names.
 */
function forOpenApi<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (name, part: unknown) => (name === 'discriminator' ? undefined : part)),
  ) as Value;
}

function printPath(routes: readonly ControlRoute[]): JsonObject {
  return Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), printOperation(route)]));
}

function printOperation(route: ControlRoute): JsonObject {
  const parameters = [...printParameters(route.params, 'path'), ...printParameters(route.query, 'query')];
  const content = printBody(route);
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.isOpen === true && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(Object.keys(content).length > 0 && { requestBody: { required: isBodyRequired(route), content } }),
    responses: { [route.answer.status]: printAnswer(route), ...printRefusals(route) },
  };
}

function printParameters(schema: TObject | undefined, place: 'path' | 'query'): readonly JsonObject[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as TSchema & { readonly description?: string };
    const isRequired = place === 'path' || schema?.required?.includes(name) === true;
    return { name, in: place, required: isRequired, ...(description !== undefined && { description }), schema: rest };
  });
}

function printBody({ body, bodyType }: ControlRoute): JsonObject {
  return {
    ...(body !== undefined && { [JSON_TYPE]: { schema: body } }),
    ...Object.fromEntries([bodyType ?? []].flat().map((type) => [type, { schema: { type: 'string' } }])),
  };
}

/** No body counts as an empty object, so that it is missed only where something has to be in it. */
function isBodyRequired({ body }: ControlRoute): boolean {
  return body === undefined || 'required' in body;
}

function printAnswer({ answer: { description, schema, textType } }: ControlRoute): JsonObject {
  const content = {
    ...(schema !== undefined && { [JSON_TYPE]: { schema } }),
    ...(textType !== undefined && { [textType]: { schema: { type: 'string' } } }),
  };
  return { description, ...(Object.keys(content).length > 0 && { content }) };
}

function printRefusals({ params, body, bodyType, isOpen }: ControlRoute): JsonObject {
  const hasBody = body !== undefined || bodyType !== undefined;
  const statuses = [
    '400',
    ...(isOpen === true ? [] : ['401']),
    ...(params === undefined ? [] : ['404']),
    ...(hasBody ? ['409', '413', '415'] : []),
    ...(isOpen === true ? [] : ['503']),
  ];
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]));
}

function printRefusal(description: string): JsonObject {
  return { description, content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/problem' } } } };
}
