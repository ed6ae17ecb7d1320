/** Why an import refuses a row, where no error of Microsoft Graph says it: before there is anything that Graph would judge. */

export const IMPORT_ERRORS = {
  rowUnreadable: 'The row cannot be read: {problem}.',
  columnMissing: 'The row has no {column}, which the mapping needs for {target}.',
  valueUnmapped: "'{column}' is {found}; the mapping names {known}.",
  valueUnfit: "'{column}' must be {expected}; got {found}.",
  learnerUnknown: 'No user of the tenant has the {key} {found}.',
  learnerAmbiguous: '{count} users of the tenant have the {key} {found}.',
  contentUnknown: 'The provider {provider} has no learningContent with the external id {found}.',
  providerMissing: 'The row has no learningProviderId, and the import sets none.',
  identityMissing: 'The row needs {property} or an id, so that a second import finds it again.',
  removedIdMissing: 'A row with @removed needs the id of the record.',
  rowRepeated: 'An earlier row is about the same record. With all or nothing, each record may occur once.',
  userInvalid: '{problem}',
  userTaken: 'Another user of the tenant has the userPrincipalName {found}.',
} as const satisfies Readonly<Record<string, string>>;

export type ImportErrorName = keyof typeof IMPORT_ERRORS;
