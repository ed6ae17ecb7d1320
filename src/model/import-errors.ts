/** Why an import refuses a row, where no error of Microsoft Graph says it: before there is anything that Graph would judge. */

export const IMPORT_ERRORS = {
  rowUnreadable: 'The row cannot be read: {problem}.',
  columnMissing: 'The row has no {column}, which the mapping needs for {target}.',
  valueUnmapped: "'{column}' is {found}; the mapping names {known}.",
  valueUnfit: "'{column}' must be {expected}; got {found}.",
  learnerUnknown: 'No user of the tenant has the {key} {found}.',
  learnerAmbiguous: '{count} users of the tenant have the {key} {found}.',
  contentUnknown: 'The provider {provider} has no learningContent with the external id {found}.',
  providerMissing: 'The row names no learningProviderId, and neither does the import.',
  identityMissing: 'The row has no {property} and no id, by which a second import would find it again.',
  removedIdMissing: 'A row with @removed needs the id of the record.',
  rowRepeated: 'The row is about the same as an earlier one, and all rows are to be stored at once.',
  userInvalid: '{problem}',
  userTaken: 'Another user of the tenant has the userPrincipalName {found}.',
} as const satisfies Readonly<Record<string, string>>;

export type ImportErrorName = keyof typeof IMPORT_ERRORS;
