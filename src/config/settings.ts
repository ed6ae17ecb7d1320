/** The settings table. Flags, environment names, the keys of the file, the help and docs/settings.md all come from it. */
import { BEHAVIOUR_SWITCHES } from '../model/behaviour.ts';
import type { Behaviour, SwitchRow } from '../model/behaviour.ts';
import type { SettingType, ValueOf } from './setting-type.ts';

export const SETTING_GROUPS = ['Server', 'Data', 'Output', 'Tokens', 'Limits', 'Behaviour'] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

type SettingRow = SettingType & {
  readonly group: SettingGroup;
  readonly description: string;
  /** The public name, where it is not the key: `data` is --data, VIVARIUM_DATA and `data` in the file. */
  readonly name?: string;
  /** One letter. */
  readonly short?: string;
  /** Never shown again, not even in an error. */
  readonly isSecret?: boolean;
  /** Whether the configuration file may hold it. */
  readonly isNotForFile?: boolean;
};

const ROWS = {
  host: {
    type: 'host',
    default: 'localhost',
    group: 'Server',
    description: 'Address to listen on. localhost means both loopback addresses, 0.0.0.0 every IPv4 address.',
  },
  port: {
    type: 'integer',
    range: [0, 65_535],
    default: 8443,
    short: 'p',
    group: 'Server',
    description: 'Port of HTTPS; 0 picks a free one and prints it.',
  },
  httpPort: {
    type: 'integer',
    range: [0, 65_535],
    group: 'Server',
    description: 'A further port, for plain HTTP, on loopback unless --http-host is given; 0 picks a free one.',
  },
  httpHost: {
    type: 'host',
    default: 'localhost',
    group: 'Server',
    description:
      'Address to listen on for plain HTTP. Any but loopback gives up encryption, so that others on the network can read and change tokens, secrets and data. Use it only on a network that you trust, such as that of containers on one machine.',
  },
  tlsNames: {
    type: 'list',
    name: 'tlsName',
    group: 'Server',
    description:
      'Further host names or IP addresses of this server, for its certificate; may be repeated. A local CA that was made without them needs vivarium renew-ca.',
  },
  certFile: {
    type: 'path',
    holds: 'file',
    name: 'cert',
    group: 'Server',
    description: 'PEM certificate chain to serve in place of one issued by the local CA; needs --key.',
  },
  keyFile: {
    type: 'path',
    holds: 'file',
    name: 'key',
    group: 'Server',
    description: 'PEM private key of the certificate.',
  },
  publicUrl: {
    type: 'url',
    group: 'Server',
    description:
      'URL by which clients reach the server when it is not the address it listens on, such as behind a proxy. The certificate names its host, if the local CA was made with it.',
  },
  trustProxy: {
    type: 'boolean',
    default: false,
    group: 'Server',
    description:
      'Trust X-Forwarded-Proto, X-Forwarded-Host and the last address of X-Forwarded-For. Only for a server that is reachable through a proxy alone.',
  },
  configFile: {
    type: 'path',
    holds: 'file',
    name: 'config',
    short: 'c',
    isNotForFile: true,
    group: 'Data',
    description:
      'YAML or JSON file of settings. Without it, vivarium.yaml, vivarium.yml or vivarium.json of the working directory is read.',
  },
  dataDir: {
    type: 'path',
    holds: 'folder',
    default: './.vivarium',
    name: 'data',
    group: 'Data',
    description: 'Folder of the database, the keys and the certificates; made when it is missing.',
  },
  ephemeral: {
    type: 'boolean',
    default: false,
    group: 'Data',
    description: 'Keep data in memory only: it is lost when the process ends.',
  },
  database: {
    type: 'database',
    isSecret: true,
    group: 'Data',
    description:
      'PostgreSQL database to use in place of the file in the data folder. Its sslmode is disable, require, verify-ca or verify-full; without one, this machine is disable and any other verify-full.',
  },
  databasePasswordFile: {
    type: 'path',
    holds: 'file',
    group: 'Data',
    description: 'File with the password for PostgreSQL, read again for every connection.',
  },
  databaseAuthorityFile: {
    type: 'path',
    holds: 'file',
    name: 'databaseCa',
    group: 'Data',
    description: 'PEM certificates of the CAs that may issue the certificate of PostgreSQL.',
  },
  migrateAtStart: {
    type: 'boolean',
    default: false,
    group: 'Data',
    description:
      'Migrate PostgreSQL to the schema of this release at startup, as vivarium migrate does. SQLite files are always migrated.',
  },
  seedFile: {
    type: 'path',
    holds: 'file',
    name: 'seed',
    group: 'Data',
    description: 'YAML file to fill an empty data folder with, in place of the default seed.',
  },
  beginAnew: {
    type: 'boolean',
    default: false,
    isNotForFile: true,
    group: 'Data',
    description:
      'Fill an empty database although the data folder shows that one was filled before; without it, such a start is refused. For one start.',
  },
  output: {
    type: 'choice',
    values: ['text', 'json'],
    default: 'text',
    group: 'Output',
    description: 'Output format of results and errors: for a person, or as JSON, one value a line.',
  },
  readyFile: {
    type: 'path',
    holds: 'file',
    group: 'Output',
    description:
      'JSON file with addresses, ids and secrets: a server writes it once it accepts requests, and removes it when it stops. Other commands find their server by it, in place of a data folder.',
  },
  logLevel: {
    type: 'choice',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    group: 'Output',
    description: 'Minimum level of the events that are logged to standard error.',
  },
  audiences: {
    type: 'list',
    default: ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000', 'api://vivarium'],
    group: 'Tokens',
    description:
      'Resources that tokens may be asked for and are accepted for, besides the address of the server itself.',
  },
  tokenLifetimeSeconds: {
    type: 'integer',
    range: [1, 31_536_000],
    unit: 'seconds',
    default: 3599,
    group: 'Tokens',
    description: 'How long a token is valid.',
  },
  signingKeyDays: {
    type: 'integer',
    range: [1, 36_500],
    unit: 'days',
    default: 90,
    group: 'Tokens',
    description: 'How long a key of the embedded issuer signs tokens; it is published while they are valid.',
  },
  lockoutThreshold: {
    type: 'integer',
    range: [0, 1000],
    default: 10,
    group: 'Tokens',
    description:
      'How many wrong passwords for a user, secrets for an app, or user codes lock out the address that sends them, for a minute at first; 0 never does.',
  },
  singleUseAssertions: {
    type: 'boolean',
    default: false,
    group: 'Tokens',
    description:
      'Refuse a client assertion that comes a second time. MSAL sends one again until it expires, so that it then fails.',
  },
  clockSkewSeconds: {
    type: 'integer',
    range: [0, 3600],
    unit: 'seconds',
    default: 300,
    group: 'Tokens',
    description: 'Allowed clock difference between the issuer of a token and this server.',
  },
  tokenCacheSize: {
    type: 'integer',
    range: [1, 1_000_000],
    default: 10_000,
    group: 'Tokens',
    description: 'Size of the cache of verified tokens.',
  },
  embeddedIssuer: {
    type: 'boolean',
    default: true,
    group: 'Tokens',
    description:
      'Issue tokens. When off, there are no token endpoints, and only tokens of trustedIssuers are accepted.',
  },
  trustedIssuers: {
    type: 'issuers',
    default: [],
    group: 'Tokens',
    description: 'Other issuers whose tokens are accepted; docs/identity.md says how to describe them.',
  },
  issuerTimeoutMs: {
    type: 'integer',
    range: [10, 60_000],
    unit: 'milliseconds',
    default: 5000,
    group: 'Tokens',
    description: 'Timeout for fetching the keys of a trusted issuer.',
  },
  issuerKeyFloorSeconds: {
    type: 'integer',
    range: [0, 86_400],
    unit: 'seconds',
    default: 300,
    group: 'Tokens',
    description:
      'Minimum time between two fetches of the keys of a trusted issuer; until then, tokens with an unknown key are refused.',
  },
  bodyLimitBytes: {
    type: 'integer',
    range: [1024, 1_073_741_824],
    unit: 'bytes',
    default: 4_194_304,
    group: 'Limits',
    description: 'The largest request body, as received and inflated.',
  },
  throttleRequestsPerMinute: {
    type: 'integer',
    range: [0, 1_000_000],
    unit: 'requests',
    default: 0,
    group: 'Limits',
    description: 'How many requests an app may send in a tenant each minute, over all servers; 0 is any number.',
  },
  maxRequestsInFlight: {
    type: 'integer',
    range: [1, 1_000_000],
    default: 128,
    group: 'Limits',
    description:
      'How many reads may be in flight, and how many writes. Bursts may exceed it fivefold; under a load that does not end, an eighth of it keeps the server busy, and what is beyond that is refused with 503 before it is read. Health routes and the control API are not counted.',
  },
  writeWaitMs: {
    type: 'integer',
    range: [0, 600_000],
    unit: 'milliseconds',
    default: 5000,
    group: 'Limits',
    description: 'How long a write waits for its turn at the database, and for locks of other processes.',
  },
  databaseConnections: {
    type: 'integer',
    range: [1, 1000],
    default: 10,
    group: 'Limits',
    description: 'How many connections to PostgreSQL are open at most; writes leave one of them to reads.',
  },
  databaseWaitMs: {
    type: 'integer',
    range: [1, 600_000],
    unit: 'milliseconds',
    default: 5000,
    group: 'Limits',
    description: 'How long a request waits for a connection to PostgreSQL.',
  },
  statementTimeoutMs: {
    type: 'integer',
    range: [1, 600_000],
    unit: 'milliseconds',
    default: 30_000,
    group: 'Limits',
    description: 'How long PostgreSQL may work on a statement, and a transaction may idle.',
  },
  slowStatementMs: {
    type: 'integer',
    range: [1, 600_000],
    unit: 'milliseconds',
    default: 20,
    group: 'Limits',
    description: 'Database statements slower than this are logged.',
  },
  shutdownGraceMs: {
    type: 'integer',
    range: [0, 600_000],
    unit: 'milliseconds',
    default: 10_000,
    group: 'Limits',
    description: 'How long a stopping server waits for the requests in flight.',
  },
  journalEntries: {
    type: 'integer',
    range: [1, 1_000_000],
    default: 10_000,
    group: 'Limits',
    description: 'How many requests the journal of a sandbox keeps; older ones are evicted.',
  },
  journalBytes: {
    type: 'integer',
    range: [1_048_576, 4_294_967_296],
    unit: 'bytes',
    default: 67_108_864,
    group: 'Limits',
    description: 'How much memory the entries of the journal take, counted as two bytes a character.',
  },
  sandbox: {
    type: 'boolean',
    default: true,
    group: 'Behaviour',
    description:
      'Serve the control API below /_vivarium, for tests: reset, snapshots, clock, faults, journal. It needs the control token. Off by default with database, with publicUrl and without embeddedIssuer.',
  },
  idSeed: {
    type: 'text',
    group: 'Behaviour',
    description: 'Seeds the id generator: from a fresh data folder on, the same requests get the same ids.',
  },
  explainRefusals: {
    type: 'boolean',
    default: true,
    group: 'Behaviour',
    description:
      'Say in innerError why a request was refused: what is wrong with the token or with a value, which permission or licence is missing. The log and the journal have it in any case. Switch it off where the server is not a sandbox.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

type Rows = typeof ROWS;

/** All settings by key. The switches of the model stand among them, so that Settings can be handed on as Behaviour. */
export type Settings = { readonly [Key in keyof Rows]: ValueOf<Rows[Key]> } & Behaviour & {
    /** The flag that has switched the sandbox off by default; `undefined` where it is on, or off because someone said so. */
    readonly sandboxOffBy?: string;
  };

type SettingKey = Exclude<keyof Settings, 'sandboxOffBy'>;

/** A row with its names. */
export type Setting = SettingRow & {
  readonly key: SettingKey;
  /** In the file, and as the flag's attribute: `readyFile`. */
  readonly name: string;
  /** `--ready-file`, and `--no-…` before a boolean's. */
  readonly flag: string;
  /** `VIVARIUM_READY_FILE` */
  readonly env: string;
};

export const ENV_PREFIX = 'VIVARIUM_';

/** Every setting, in the order of the help. */
export const SETTINGS: readonly Setting[] = [
  ...Object.entries<SettingRow>(ROWS),
  ...Object.entries<SwitchRow<string | boolean>>(BEHAVIOUR_SWITCHES).map(switchRow),
].map(([key, row]) => {
  const name = row.name ?? key;
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const env = `${ENV_PREFIX}${words.replaceAll('-', '_').toUpperCase()}`;
  return { ...row, key: key as SettingKey, name, flag: `--${words}`, env };
});

function switchRow([key, row]: readonly [string, SwitchRow<string | boolean>]): readonly [string, SettingRow] {
  const { description, default: value, values = [] } = row;
  const basics = { group: 'Behaviour', description } as const;
  if (typeof value === 'boolean') return [key, { ...basics, type: 'boolean', default: value }];
  return [key, { ...basics, type: 'choice', values: values.map(String), default: value }];
}
