/**
 * Who may import whom. Every directory of src is a room; a room that is not in this list may import nothing.
 * `imports`: rooms whose values it may use; `types`: rooms it may name with `import type` only.
 */
const rooms = {
  lib: {},
  config: { imports: ['model', 'lib'] },
  model: { imports: ['lib'] },
  odata: { imports: ['model', 'lib'] },
  contract: { imports: ['odata', 'model', 'lib'] },
  auth: { imports: ['model', 'lib'] },
  telemetry: { imports: ['lib'], types: ['store'] },
  issuer: { imports: ['auth', 'model', 'lib'] },
  store: { imports: ['model', 'lib'], types: ['odata'] },
  directory: { imports: ['model', 'lib'], types: ['store'] },
  graph: { imports: ['directory', 'model', 'odata', 'auth', 'lib', 'telemetry'], types: ['store'] },
  control: { imports: ['model', 'lib'] },
  scim: { imports: ['directory', 'graph', 'odata', 'model', 'lib'], types: ['store'] },
  server: { imports: ['graph', 'issuer', 'auth', 'odata', 'model', 'lib', 'telemetry'], types: ['control', 'scim'] },
  'forward-proxy': {},
  seed: { imports: ['odata', 'model', 'lib'], types: ['store'] },
  sandbox: {
    imports: ['control', 'seed', 'graph', 'odata', 'store', 'model', 'lib', 'telemetry'],
    types: ['issuer', 'server'],
  },
  sync: { imports: ['graph', 'model', 'odata', 'lib'], types: ['store'] },
  admin: {
    imports: [
      'control',
      'bulk',
      'record',
      'seed',
      'directory',
      'sync',
      'outward',
      'graph',
      'store',
      'odata',
      'model',
      'lib',
      'telemetry',
    ],
    types: ['config', 'issuer'],
  },
  outward: { imports: ['odata', 'model', 'lib', 'telemetry'], types: ['store'] },
  record: { imports: ['model', 'lib'], types: ['store'] },
  notifications: { imports: ['outward', 'odata', 'model', 'lib', 'telemetry'], types: ['store'] },
  bulk: { imports: ['graph', 'directory', 'odata', 'model', 'lib'], types: ['store'] },
  conformance: { imports: ['odata', 'model', 'lib'], types: ['seed'] },
  cli: {
    imports: [
      'config',
      'lib',
      'model',
      'telemetry',
      'library',
      'contract',
      'bulk',
      'conformance',
      'app.ts',
      'app/commands',
    ],
  },
  library: { imports: ['config', 'lib', 'app.ts'] },
};

/** What any room may use, beside the outside things below. The build puts them all into the package, which depends on none. */
const commonPackages = ['ajv', 'lru-cache', 'reflect-metadata', 'typebox', 'uuid', 'windows-iana'];

/** Outside things, each with the one place in src that may know it. */
const outsideThings = {
  'node-sqlite': {
    module: '^(node:)?sqlite$',
    home: '^src/store/(sqlite|sqlite-(read-turn|purge|statements)|file-lock)\\.ts$',
  },
  pg: { module: '(^|/)pg(-|/|$)', home: '^src/store/postgres(-copy|-pool|-sessions|-send|-writes)?\\.ts$' },
  umzug: { module: '(^|/)umzug(/|$)', home: '^src/store/' },
  fastify: { module: '(^|/)@?fastify(-|/|$)', home: '^src/server/' },
  jose: { module: '(^|/)jose(/|$)', home: '^src/(auth|issuer|outward)/' },
  x509: { module: '(^|/)@peculiar(/|$)', home: '^src/issuer/' },
  pino: { module: '(^|/)pino(-|/|$)', home: '^src/telemetry/' },
  opentelemetry: { module: '(^|/)@opentelemetry/', home: '^src/telemetry/' },
  'prom-client': { module: '(^|/)prom-client(/|$)', home: '^src/telemetry/' },
  commander: { module: '(^|/)commander(/|$)', home: '^src/cli/' },
  luxon: { module: '(^|/)luxon(/|$)', home: '^src/bulk/' },
  'csv-parse': { module: '(^|/)csv-parse(/|$)', home: '^src/bulk/' },
  undici: { module: '(^|/)undici(/|$)', home: '^src/(outward|notifications)/' },
  'proxy-chain': { module: '(^|/)proxy-chain(/|$)', home: '^src/forward-proxy/' },
  saxes: { module: '(^|/)saxes(/|$)', home: '^src/contract/' },
  mcp: { module: '(^|/)@modelcontextprotocol/', home: '^src/cli/mcp/' },
  yaml: { module: '(^|/)yaml(/|$)', home: '^src/(bulk|cli|config|seed|sandbox)/' },
};

const packagesOfSrc = [
  ...commonPackages.map((name) => `(^|/)${name}(/|$)`),
  ...Object.values(outsideThings).map(({ module }) => module),
];

/** What programs import. */
const PACKAGE_ENTRIES = '^src/(index|testing)\\.ts$';

const TYPE_EDGES = ['type-only', 'type-import'];

const pathOf = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`);
const anyOf = (names) => names.map(pathOf).join('|');
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

const rulesOfRoom = ([room, { imports = [], types = [] }]) => {
  const from = { path: pathOf(room) };
  const known = anyOf([room, ...imports, ...types]);
  const rules = [rule(`${room}-knows-its-rooms`, from, { path: '^src/', pathNot: known })];
  if (types.length > 0) {
    rules.push(rule(`${room}-takes-types-only`, from, { path: anyOf(types), dependencyTypesNot: TYPE_EDGES }));
  }
  return rules;
};

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    rule('everything-resolves', {}, { couldNotResolve: true }),
    ...Object.entries(rooms).flatMap(rulesOfRoom),
    rule('unknown-rooms-import-nothing', { path: '^src/[^/]+/', pathNot: anyOf([...Object.keys(rooms), 'app']) }, {}),
    rule('main-starts-the-cli', { path: '^src/main\\.ts$' }, { path: '^src/', pathNot: '^src/cli/' }),
    rule(
      'package-opens-the-library',
      { path: PACKAGE_ENTRIES },
      { path: '^src/', pathNot: `^src/library/|${PACKAGE_ENTRIES}` },
    ),
    rule(
      'app-is-below-its-users',
      { path: '^src/app(\\.ts$|/)' },
      { path: `^src/(cli/|library/|main\\.ts$)|${PACKAGE_ENTRIES}` },
    ),
    rule('app-has-its-doors', { pathNot: '^src/app(\\.ts$|/)' }, { path: '^src/app/', pathNot: '^src/app/commands/' }),
    rule(
      'app-is-for-its-users',
      { pathNot: '^(src/(app/|cli/|library/|main\\.ts$)|(test|scripts)/)' },
      { path: '^src/app(\\.ts$|/commands/)' },
    ),
    rule(
      'src-stands-alone',
      { path: '^src/', pathNot: '\\.test\\.ts$' },
      { path: '^(test|acceptance|bench|scripts|site|ui)/' },
    ),
    rule(
      'src-has-its-packages',
      { path: '^src/', pathNot: '\\.test\\.ts$' },
      { path: '(^|/)node_modules/', pathNot: packagesOfSrc, dependencyTypesNot: TYPE_EDGES },
    ),
    rule('clients-stand-outside', { path: '^(acceptance|ui)/' }, { path: '^(src|test)/' }),
    ...Object.entries(outsideThings).map(([name, { module, home }]) =>
      rule(`${name}-has-one-room`, { path: '^src/', pathNot: home }, { path: module }),
    ),
  ],
  options: {
    // `import type` edges count: a type-only cycle is a cycle.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // What `npm run build` makes of src, and programs of those who have installed the package.
    exclude: { path: '^(dist|docs)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
