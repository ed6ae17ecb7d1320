// src/library/{admin,control}-types.ts, printed from what these APIs say of themselves.
import { format, resolveConfig } from 'prettier';
import { createServer } from '../src/index.ts';
import { printInterface, shapeOf } from './print-types.ts';
import type { JsonSchema } from './print-types.ts';

/** Each type with where its schema stands: the operation, and the members from its body or answer on. */
type Places = Readonly<Record<string, readonly [operation: string, part: Part, ...members: string[]]>>;

const ADMIN_TYPES: Places = {
  AdminStatus: ['getStatus', 'answer'],
  TenantDescription: ['listTenants', 'answer', 'value', ''],
  AppliedSeed: ['applySeed', 'answer'],
  NewTenant: ['addTenant', 'body'],
  TenantChange: ['changeTenant', 'body'],
  NewUser: ['addUser', 'body'],
  UserChange: ['changeUser', 'body'],
  LicenceHolders: ['listLicences', 'answer', 'value', ''],
  UserDescription: ['addUser', 'answer'],
  NewApp: ['addApp', 'body'],
  AppChange: ['changeApp', 'body'],
  AppDescription: ['changeApp', 'answer'],
  AppSecret: ['rotateAppSecret', 'answer'],
  AppCredential: ['addAppCertificate', 'answer'],
  AddedApp: ['addApp', 'answer'],
  ScimCredentialDescription: ['listScimCredentials', 'answer', 'value', ''],
  NewScimCredential: ['createScimCredential', 'body'],
  MadeScimCredential: ['createScimCredential', 'answer'],
  ConsoleSession: ['openSession', 'answer'],
  BackupList: ['listBackups', 'answer'],
  BackupDescription: ['makeBackup', 'answer'],
  BackupCheck: ['verifyBackup', 'answer'],
  SignInDescription: ['describeSignIn', 'answer'],
  TenantCounts: ['countTenant', 'answer'],
  LearnerData: ['exportLearner', 'answer'],
  LearnerErasure: ['eraseLearner', 'answer'],
  Import: ['beginImport', 'answer'],
  ImportMapping: ['beginImport', 'body', 'mapping'],
  ImportOrder: ['beginImport', 'body'],
  ImportProfile: ['listImportProfiles', 'answer', 'value', ''],
  ImportSuggestion: ['suggestImportMapping', 'answer'],
  ImportPart: ['importRows', 'answer'],
  ImportResult: ['importRows', 'answer', 'value', ''],
  RetentionOutcome: ['runRetention', 'answer', 'value', ''],
  LearningOverview: ['getOverview', 'answer'],
  SyncHealth: ['listSyncHealth', 'answer', 'value', ''],
  SyncTargetStatus: ['startSyncTarget', 'answer'],
  SyncItem: ['listSyncItems', 'answer', 'value', ''],
  SyncRun: ['runSyncTarget', 'answer'],
  SyncCall: ['previewSyncTarget', 'answer', 'value', ''],
  SubscriptionDescription: ['redeliverNotifications', 'answer'],
  NotificationDelivery: ['listNotificationDeliveries', 'answer', 'value', ''],
  Webhook: ['getWebhook', 'answer'],
  NewWebhook: ['createWebhook', 'body'],
  WebhookChange: ['changeWebhook', 'body'],
  MadeWebhook: ['createWebhook', 'answer'],
  WebhookDelivery: ['testWebhook', 'answer'],
  WebhookDeadLetter: ['listWebhookDeadLetters', 'answer', 'value', ''],
  WebhookReplay: ['replayWebhook', 'answer'],
  AuditVerdict: ['verifyAudit', 'answer', 'value', ''],
  AuditVerification: ['verifyAudit', 'answer'],
  AuditRecord: ['listAudit', 'answer', 'value', ''],
  AuditPage: ['listAudit', 'answer'],
};

const CONTROL_TYPES: Places = {
  CallMatch: ['addLimit', 'body', 'match'],
  FaultMatch: ['addFault', 'body', 'match'],
  FaultCalls: ['addFault', 'body', 'calls'],
  FaultWindow: ['addFault', 'body', 'window'],
  FaultEffect: ['addFault', 'body', 'effect'],
  FaultLatency: ['addFault', 'body', 'latency'],
  FaultOrder: ['addFault', 'body'],
  Fault: ['addFault', 'answer'],
  FaultPreset: ['listFaultPresets', 'answer', 'value', ''],
  LimitOrder: ['addLimit', 'body'],
  Limit: ['addLimit', 'answer'],
  JournalMatch: ['verifyJournal', 'body', 'match'],
  JournalCount: ['verifyJournal', 'body', 'count'],
  JournalName: ['getJournalEntry', 'answer', 'app'],
  JournalBody: ['getJournalEntry', 'answer', 'request', 'body'],
  JournalMessage: ['getJournalEntry', 'answer', 'request'],
  JournalRefusal: ['getJournalEntry', 'answer', 'refusal'],
  JournalEntry: ['getJournalEntry', 'answer'],
  JournalPage: ['listJournal', 'answer'],
  JournalVerification: ['verifyJournal', 'answer'],
  InboxReply: ['getInbox', 'answer', 'reply'],
  InboxChange: ['changeInbox', 'body'],
  Inbox: ['getInbox', 'answer'],
  InboxWebhook: ['listInboxRequests', 'answer', 'value', '', 'webhook'],
  InboxRequest: ['listInboxRequests', 'answer', 'value', ''],
  SnapshotDescription: ['createSnapshot', 'answer'],
  ClockDescription: ['getClock', 'answer'],
};

/** Where the schema says nothing, or speaks of the member that it stands at. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  AdminStatus: 'What runs, on which database.',
  SignInDescription: 'Where people sign in to the console.',
  AddedApp: 'An app that was added, and its secret; null for a public client.',
  Fault: 'A fault, and how often it has struck.',
  FaultPreset: 'A fault or a limit that can be had by name.',
  Limit: 'A limit, and how many calls it has refused.',
  JournalName: 'A thing of the directory: its id, and the name that it has there.',
  JournalBody: 'A body, or its beginning.',
  JournalMessage: 'A request or an answer, without secrets.',
  JournalRefusal: 'Why a request was refused, in more words than its client reads.',
  JournalEntry: 'A request and its answer.',
  JournalPage: 'Entries of the journal.',
  Inbox: 'An address that takes requests, and what it answers.',
  InboxRequest: 'A request that arrived in an inbox, without secrets.',
  JournalVerification: 'Whether the requests came that were expected.',
};

type Part = 'body' | 'answer';

interface Operation {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Partial<Content>>>;
}

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

export function printAdminTypes(): Promise<string> {
  return printTypes('admin', ADMIN_TYPES);
}

export function printControlTypes(): Promise<string> {
  return printTypes('control', CONTROL_TYPES);
}

async function printTypes(api: 'admin' | 'control', places: Places): Promise<string> {
  const operations = await readOperations(api);
  const schemas = Object.entries(places).map(([name, [operation, part, ...members]]) => {
    const found = operations.find(({ operationId }) => operationId === operation);
    if (found === undefined) throw new Error(`The ${api} API has no operation ${operation}`);
    return [name, members.reduce(getMember, getSchema(found, part))] as const;
  });
  const names = new Map(schemas.map(([name, schema]) => [shapeOf(schema), name]));
  const types = schemas.map(([name, schema]) => {
    const described = { ...schema, description: DESCRIPTIONS[name] ?? schema.description ?? '' };
    return printInterface(name, described, names);
  });
  const head = `/** What the ${api} API takes and gives, printed from its schemas by \`npm run docs\`. */\n\n`;
  const filepath = `src/library/${api}-types.ts`;
  return format(head + types.join('\n'), { ...(await resolveConfig(filepath)), filepath });
}

async function readOperations(api: 'admin' | 'control'): Promise<readonly Operation[]> {
  await using server = await createServer({ http: true });
  const response = await fetch(`${api === 'admin' ? server.adminUrl : server.controlUrl}/openapi.json`);
  const { paths } = (await response.json()) as { paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  return Object.values(paths).flatMap((path) => Object.values(path));
}

function getSchema({ requestBody, responses }: Operation, part: Part): JsonSchema {
  const [answer] = Object.values(responses);
  const schema = (part === 'body' ? requestBody : answer)?.content?.['application/json']?.schema;
  if (schema === undefined) throw new Error(`An operation of the control API has no JSON as its ${part}`);
  return schema;
}

/** A member of an object, or the items of an array for an empty name. */
function getMember(schema: JsonSchema, name: string): JsonSchema {
  const member = name === '' ? [schema.items ?? []].flat()[0] : schema.properties?.[name];
  if (member === undefined) throw new Error(`A schema of the control API has no member ${name}`);
  return member;
}
