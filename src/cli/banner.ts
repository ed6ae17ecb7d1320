/** What a person sees when the server has started. */
import { join, relative } from 'node:path';
import type { App } from '../app.ts';
import { GRAPH_HOSTS } from '../model/clouds.ts';
import { V1 } from '../model/versions.ts';
import { SHOWN_NAMES } from '../lib/some-names.ts';
import { PACKAGE } from '../lib/package.ts';
import type { Settings } from '../config/settings.ts';
import { formatTable, paint } from './print-table.ts';
import type { Table } from './print-table.ts';

/** Where the server is, who can use it, how to try it, stop it and go back to the seed. Ends with a line feed. */
export function formatBanner(app: App, settings: Settings): string {
  const bold = (text: string): string => paint('bold', text);
  const curl = formatCurl(app, settings);
  const allIn = findPlaceOfAll(app, settings);
  const isRecord = settings.isForRecord === true;
  const sections = [
    [bold(`Vivarium ${PACKAGE.version} is ready: ${app.baseUrl}`), ...app.notices],
    formatTable(listPlaces(app, settings), INDENT),
    ...(isRecord
      ? []
      : [
          formatList('Apps', listApps(app), allIn),
          formatList('Apps to sign in with', listSignInApps(app), allIn),
          formatList('Users', listUsers(app), allIn),
        ]),
    curl === undefined || isRecord ? [] : [bold('Try it, in another terminal:'), '', curl],
    app.proxy === undefined ? [] : listProxyUse(app.proxy, bold),
    listNextSteps(settings, app),
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n\n`;
}

const LINE_GOES_ON = ' \\\n  ';
const INDENT = '  ';

function listPlaces(app: App, settings: Settings): Table {
  return [
    ...(app.httpUrl === undefined ? [] : [['Plain HTTP', app.httpUrl]]),
    ...(app.metricsUrl === undefined ? [] : [['Metrics', app.metricsUrl]]),
    ...(app.proxy === undefined
      ? []
      : [
          ['Forward proxy', app.proxy.url],
          ['Proxy CA file', app.proxy.caFile],
        ]),
    ...(app.console === undefined ? [] : [['Console', app.console.newLink() ?? app.console.url]]),
    ['CA file', app.caFile ?? 'none: the certificate is your own'],
    ['Data folder', settings.ephemeral ? 'kept nowhere' : app.dataDir],
    ...(settings.configFile === undefined ? [] : [['Settings', settings.configFile]]),
    ['Tenant', app.credentials.tenantId],
    ...(app.tokenUrl === undefined ? [] : [['Token endpoint', app.tokenUrl]]),
    ...(app.control === undefined
      ? []
      : [
          ['Control API', app.control.url],
          ['Control token', app.control.token],
        ]),
    ...settings.trustedIssuers.map(({ names: [name] }) => ['Trusted issuer', name]),
  ];
}

/** The first rows of what may be thousands, and where the others are. */
function formatList(title: string, rows: Table, allIn: string): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - SHOWN_NAMES;
  const shown = formatTable(rows.slice(0, SHOWN_NAMES), INDENT);
  return [paint('bold', title), ...shown, ...(more > 0 ? [`${INDENT}… and ${more} more: ${allIn}`] : [])];
}

/** For one process each: nothing of the machine's trust is changed. */
function listProxyUse({ url, caFile }: NonNullable<App['proxy']>, bold: (text: string) => string): readonly string[] {
  const ca = quoteForShell(caFile);
  return [
    bold('Send an unchanged program through the proxy, in another terminal:'),
    '',
    `HTTPS_PROXY=${url} NODE_USE_ENV_PROXY=1 NODE_EXTRA_CA_CERTS=${ca} node app.js`,
    `HTTPS_PROXY=${url} REQUESTS_CA_BUNDLE=${ca} SSL_CERT_FILE=${ca} python app.py`,
    `HTTPS_PROXY=${url} CURL_CA_BUNDLE=${ca} curl 'https://${GRAPH_HOSTS[0]}/${V1}/$metadata'`,
  ];
}

function findPlaceOfAll({ dataDir }: App, { ephemeral, readyFile }: Settings): string {
  if (!ephemeral) return join(dataDir, 'sandbox.json');
  return readyFile ?? 'start with --ready-file FILE to have them in that file';
}

function listApps({ credentials: { apps, certificateApps } }: App): Table {
  const provenBySecret = Object.entries(apps).map(([name, { clientSecret, ...app }]) => ({
    ...app,
    name,
    proof: clientSecret,
  }));
  const provenByCertificate = Object.entries(certificateApps)
    .filter(([name]) => !Object.hasOwn(apps, name))
    .map(
      ([
        name,
        {
          certificateThumbprints: [thumbprint],
          ...app
        },
      ]) => ({ ...app, name, proof: `certificate ${thumbprint}` }),
    );
  return [...provenBySecret, ...provenByCertificate].map(({ name, clientId, proof, roles }) => [
    name,
    clientId,
    proof,
    roles.join(' ') || 'no roles',
  ]);
}

function listUsers({ credentials }: App): Table {
  return Object.entries(credentials.users).map(([name, { id, userPrincipalName, password }]) => [
    name,
    id,
    userPrincipalName,
    password,
  ]);
}

function listSignInApps({ credentials }: App): Table {
  return Object.entries(credentials.signInApps).map(([name, { clientId, redirectUris }]) => [
    name,
    clientId,
    redirectUris.join(' '),
  ]);
}

function listNextSteps({ ephemeral }: Settings, { dataDir, tokenUrl, control }: App): readonly string[] {
  if (ephemeral) return ['Stop with Ctrl-C.'];
  const way = relative('.', dataDir);
  const directory = quoteForShell(way === '' || way.startsWith('..') ? dataDir : way);
  return [
    ...(tokenUrl === undefined
      ? []
      : [`A token for anyone else:  npx vivarium token --data ${directory} --app NAME  (or --user NAME)`]),
    `Stop with Ctrl-C.${control === undefined ? '' : ` To go back to the seed:  npx vivarium reset --data ${directory}`}`,
  ];
}

/** Lines that can be pasted into a shell: a token for an app that may write, and the documented create with it. */
function formatCurl(app: App, settings: Settings): string | undefined {
  const client = app.credentials.apps['writer'] ?? Object.values(app.credentials.apps)[0];
  const { tokenUrl } = app;
  if (client === undefined || app.example === undefined || tokenUrl === undefined) return undefined;
  const curl = `curl -sS${app.caFile === undefined ? '' : ` --cacert ${quoteForShell(app.caFile)}`}`;
  const form = {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    scope: `${settings.audiences[0]}/.default`,
    grant_type: 'client_credentials',
  };
  const fields = Object.entries(form).map(([name, value]) => `-d ${quoteForShell(`${name}=${escapeField(value)}`)}`);
  const findToken = String.raw`sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p'`;
  const body = quoteForShell(JSON.stringify(app.example.body, null, 2));
  const headers = `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  const url = new URL(app.example.path, app.baseUrl).href;
  return [
    [`TOKEN=$(${curl}`, ...fields, `${quoteForShell(tokenUrl)} | ${findToken})`].join(LINE_GOES_ON),
    [`${curl} -w '\\n'`, headers, `-d ${body}`, quoteForShell(url)].join(LINE_GOES_ON),
  ].join('\n');
}

/** A form field is sent as it stands; only what has a meaning there is escaped, so that the rest can be read. */
function escapeField(value: string): string {
  return value.replaceAll(/[%&+=#\s]/g, (character) => encodeURIComponent(character));
}

function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
