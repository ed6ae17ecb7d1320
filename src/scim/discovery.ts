/** What the server says of itself, printed from the table of attributes: RFC 7643, sections 5 to 7. */
import { SCIM_DESCRIPTIONS, SCIM_PAGE, SCIM_ROOT, SCIM_SCHEMAS, SCIM_USER } from '../model/scim.ts';
import type { ScimAttributeRow, ScimSchemaRow } from '../model/scim.ts';
import { isExtension } from './attribute-path.ts';
import type { ScimAnswer } from './context.ts';
import type { Members } from './resource.ts';
import { ScimError } from './scim-error.ts';
import { listBody } from './users.ts';

interface Asked {
  readonly origin: string;
  readonly query: ReadonlyMap<string, string>;
  readonly params: Readonly<Record<string, string>>;
}

export function getServiceProviderConfig({ origin }: Asked): ScimAnswer {
  const body = {
    schemas: [SCIM_DESCRIPTIONS.serviceProviderConfig],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: SCIM_PAGE.most },
    changePassword: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token that vivarium scim credential create has made.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${origin}${SCIM_ROOT}/ServiceProviderConfig` },
  };
  return { status: 200, body };
}

export function listSchemas(asked: Asked): ScimAnswer {
  return answerAll(
    asked,
    SCIM_SCHEMAS.map((schema) => describeSchema(schema, asked)),
  );
}

export function getSchema(asked: Asked): ScimAnswer {
  const { id = '' } = asked.params;
  const found = SCIM_SCHEMAS.find((schema) => schema.id.toLowerCase() === id.toLowerCase());
  if (found === undefined) throw new ScimError({ status: 404 }, `There is no schema ${id}.`);
  return { status: 200, body: describeSchema(found, asked) };
}

export function listResourceTypes(asked: Asked): ScimAnswer {
  return answerAll(asked, [describeUserType(asked)]);
}

export function getResourceType(asked: Asked): ScimAnswer {
  const { id = '' } = asked.params;
  if (id.toLowerCase() !== 'user') throw new ScimError({ status: 404 }, `There is no resource type ${id}.`);
  return { status: 200, body: describeUserType(asked) };
}

/** RFC 7644, section 4: a filter is refused here. */
function answerAll({ query }: Asked, resources: readonly Members[]): ScimAnswer {
  if (query.has('filter')) throw new ScimError({ status: 403 }, 'Descriptions of the server take no filter.');
  return { status: 200, body: listBody(resources, { total: resources.length, startIndex: 1 }) };
}

function describeUserType({ origin }: Asked): Members {
  return {
    schemas: [SCIM_DESCRIPTIONS.resourceType],
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: 'Users of the tenant.',
    schema: SCIM_USER,
    schemaExtensions: SCIM_SCHEMAS.filter(isExtension).map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${origin}${SCIM_ROOT}/ResourceTypes/User` },
  };
}

function describeSchema({ id, name, description, attributes }: ScimSchemaRow, { origin }: Asked): Members {
  return {
    schemas: [SCIM_DESCRIPTIONS.schema],
    ...{ id, name, description },
    attributes: attributes.map(describeAttribute),
    meta: { resourceType: 'Schema', location: `${origin}${SCIM_ROOT}/Schemas/${id}` },
  };
}

/** Each says all of its characteristics, also those that are usual. */
function describeAttribute(row: ScimAttributeRow): Members {
  const { name, type, description, canonicalValues, subAttributes } = row;
  return {
    ...{ name, type, description },
    multiValued: row.isMultiValued === true,
    required: row.isRequired === true,
    ...(type === 'string' && { caseExact: row.isCaseExact === true }),
    mutability: row.mutability ?? 'readWrite',
    returned: row.returned ?? 'default',
    uniqueness: row.uniqueness ?? 'none',
    ...(canonicalValues !== undefined && { canonicalValues }),
    ...(subAttributes !== undefined && { subAttributes: subAttributes.map(describeAttribute) }),
  };
}
