/** What a change can be of, by the number that the change log holds. Numbers are never given again. */
export const CHANGE_KINDS = {
  learningProvider: 1,
  learningContent: 2,
  learningCourseActivity: 3,
  user: 4,
  app: 5,
  tenant: 6,
  settings: 7,
  sandbox: 8,
  /** The log itself: chains that begin, their heads, what was cut or erased. */
  changeLog: 9,
  scimCredential: 10,
  subscription: 11,
  webhook: 12,
} as const;

export type ChangeKind = keyof typeof CHANGE_KINDS;
