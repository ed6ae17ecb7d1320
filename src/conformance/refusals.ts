/** The texts of refusals as clients must see them, written down apart from the catalogue that the server answers from. */
import type { ExpectedDetail, Expected, ExpectedError } from './row.ts';

export const E1: ExpectedError = {
  status: 405,
  code: 'methodNotAllowed',
  message:
    "This method isn't supported for this entity type. See the Microsoft Graph documentation for the methods applicable to this entity.",
};
export const E2: ExpectedError = {
  status: 403,
  code: 'Forbidden',
  message:
    "Your account doesn't have access to this report or data. Contact your global administrator to request access.",
};
export const E3: ExpectedError = {
  status: 403,
  code: 'Forbidden',
  message: "You don't have an adequate service plan for this request.",
};
export const E4: ExpectedError = {
  status: 400,
  code: 'badRequest',
  message: "This provider isn't enabled for the given tenant.",
};
export const E5: ExpectedError = {
  status: 400,
  code: 'badRequest',
  message:
    'There was an issue with your request. Make sure the registrationId you entered is valid or registered for your tenant.',
};
/** Of an update. */
export const E6_UPDATE: ExpectedError = {
  status: 404,
  code: 'notFound',
  message: "The assignment ID requested doesn't exist.",
};
/** Of a get or delete. */
export const E6: ExpectedError = {
  status: 404,
  code: 'notFound',
  message: "The requested assignment ID doesn't exist.",
};
export const E7: ExpectedError = { status: 500, code: 'internalServerError', message: 'Internal server error.' };
export const E8: ExpectedError = { status: 429, code: 'tooManyRequests', message: 'Retry after 1 minutes' };
export const E9: ExpectedError = { status: 503, code: 'serviceUnavailable', message: 'Retry after 1 minutes' };
export const E10: ExpectedError = { status: 400, code: 'badRequest', message: 'Required fields are missing' };
export const E11: ExpectedError = { status: 400, code: 'badRequest', message: 'Input fields are invalid' };
export const E12: ExpectedError = { status: 400, code: 'badRequest', message: 'badRequest' };
export const E13: ExpectedError = { status: 400, code: 'badRequest', message: 'badRequest' };
export const E14: ExpectedError = {
  status: 403,
  code: 'Forbidden',
  message: "The provider isn't valid to create course activity for the given learning content",
};
/** Of a create. */
export const E15: ExpectedError = {
  status: 403,
  code: 'Forbidden',
  message: "The user license isn't valid to perform the operation",
};
export const E15_UPDATE: ExpectedError = {
  status: 403,
  code: 'Forbidden',
  message: 'The user license is not valid to perform the operation',
};

export const NO_PROVIDER: ExpectedError = {
  status: 404,
  code: 'notFound',
  message: "The requested provider doesn't exist.",
};
export const NO_CONTENT: ExpectedError = {
  status: 404,
  code: 'notFound',
  message: "The requested learning content doesn't exist.",
};
export const CONFLICT: ExpectedError = {
  status: 409,
  code: 'conflict',
  message: 'An activity of this type with the same external id exists for this learner and provider.',
};
/** Of a learning content. */
export const CONTENT_CONFLICT: ExpectedError = {
  status: 409,
  code: 'conflict',
  message: 'A learning content with the same external id exists for this provider.',
};
export const AMBIGUOUS: ExpectedError = {
  status: 400,
  code: 'badRequest',
  message: 'More than one item has this alternate key. Address the item by its id.',
};
export const MODIFIED: ExpectedError = {
  status: 412,
  code: 'resourceModified',
  message: 'The item was changed since the version that If-Match names.',
};
export const NO_TOKEN: ExpectedError = {
  status: 401,
  code: 'InvalidAuthenticationToken',
  message: 'Access token is empty.',
};
export const UNREADABLE: ExpectedError = {
  status: 400,
  code: 'BadRequest',
  message:
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
};
export const NO_PAYLOAD: ExpectedError = {
  status: 400,
  code: 'BadRequest',
  message: 'Empty Payload. JSON content expected.',
};
export const WRONG_TYPE: ExpectedError = {
  status: 415,
  code: 'unsupportedMediaType',
  message: 'Entity only allows writes with a JSON Content-Type header.',
};

export const SYNC_STATE: ExpectedError = {
  status: 410,
  code: 'syncStateNotFound',
  message: 'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
};

export function noSegment(segment: string): ExpectedError {
  return { status: 400, code: 'BadRequest', message: `Resource not found for the segment '${segment}'.` };
}

export function noProperty(
  property: string,
  type: string,
): { readonly status: number; readonly code: string; readonly message: string } {
  const message = `The property '${property}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`;
  return { status: 400, code: 'BadRequest', message };
}

export function badOption(option: string): ExpectedError {
  return { status: 400, code: 'BadRequest', message: `The value of the query option '${option}' is not valid.` };
}

export function noOption(option: string): ExpectedError {
  return { status: 400, code: 'BadRequest', message: `The query option '${option}' is not supported.` };
}

/** The refusal, with these details and no others. */
export function refused(refusal: ExpectedError, ...details: readonly ExpectedDetail[]): Expected {
  return { status: refusal.status, refusal: details.length === 0 ? refusal : { ...refusal, details } };
}

/** A property that the type does not have: the sentence stands in the message and in the details. */
export function unknown(property: string, type: string): Expected {
  const { status, code, message } = noProperty(property, type);
  return { status, refusal: { status, code, message, details: [{ code, message, target: property }] } };
}

export const required = (name: string): ExpectedDetail => detail(name, `Input field ${name} is required`);
export const empty = (name: string): ExpectedDetail => detail(name, `Input field ${name} shouldn't be empty`);
export const invalidField = (name: string): ExpectedDetail => detail(name, `Input field ${name} is invalid`);
export const tooLong = (name: string, limit: number): ExpectedDetail =>
  detail(name, `Input field ${name} length exceeded than ${limit}`);

function detail(target: string, message: string): ExpectedDetail {
  return { code: 'badRequest', message, target };
}
