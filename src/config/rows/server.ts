/** Settings of the group Server: where it listens, and how it is reached. */
import type { SettingRows } from './setting-row.ts';

export const SERVER_ROWS = {
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
  http2: {
    type: 'boolean',
    default: false,
    group: 'Server',
    description:
      'Speak HTTP/2 as well, with clients that agree on it by ALPN. Each stream is served as a request of HTTP/1.1, which costs more than such a request itself.',
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
  workers: {
    type: 'count',
    range: [1, 256],
    default: 1,
    group: 'Server',
    description:
      'How many processes serve: each uses one core, and all share the port and the database. auto is one for each core. More than one needs --no-sandbox.',
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
  metricsPort: {
    type: 'integer',
    range: [0, 65_535],
    group: 'Server',
    description:
      'Serve metrics for Prometheus at /metrics on this port, plain HTTP, on loopback unless --metrics-host is given; 0 picks a free one. They name operations, tenants and refusals, but no people and no data.',
  },
  metricsHost: {
    type: 'host',
    default: 'localhost',
    group: 'Server',
    description:
      'Address to serve metrics on. Anyone who can reach it can read them: let it be a network of those who run the server.',
  },
  proxyPort: {
    type: 'integer',
    range: [0, 65_535],
    group: 'Server',
    description:
      "Open a forward proxy on this port, for programs whose base URL cannot be changed: it answers Microsoft Graph's and Entra's host names from this server, with certificates by a local CA of its own. 0 picks a free one.",
  },
  proxyHost: {
    type: 'host',
    default: 'localhost',
    group: 'Server',
    description: 'Address to listen on as a forward proxy.',
  },
  proxyOthers: {
    type: 'choice',
    values: ['refuse', 'pass'],
    default: 'refuse',
    group: 'Server',
    description:
      'What the forward proxy does with requests to any other host: refuse them with 403, or pass them on unread. pass needs a loopback address, so that the proxy is not open to others.',
  },
  trustProxy: {
    type: 'boolean',
    default: false,
    group: 'Server',
    description:
      'Trust X-Forwarded-Proto, X-Forwarded-Host and the last address of X-Forwarded-For, from any sender. Only for a server that is reachable through a proxy alone.',
  },
  trustedProxies: {
    type: 'list',
    name: 'trustedProxy',
    group: 'Server',
    description:
      'Addresses or networks of the proxies in front of the server, such as 10.0.0.0/8; may be repeated. Of X-Forwarded-For counts the last address that is none of them, and only what they send. Needs --public-url.',
  },
  adminApi: {
    type: 'boolean',
    default: true,
    group: 'Server',
    description:
      'Serve the admin API below /_admin. It needs the admin token: the one of --admin-token-file, or the one that the first start writes to the file admin-token of the data folder. With database, it is on only with a token file or the sandbox.',
  },
  console: {
    type: 'boolean',
    default: true,
    group: 'Server',
    description:
      'Serve the console at /console: pages for people, to see and change what the server holds. It needs the admin API.',
  },
  docs: {
    type: 'boolean',
    default: true,
    group: 'Server',
    description: 'Serve this documentation at /docs. It is the same for everyone, and asks for no token.',
  },
  consoleClientId: {
    type: 'text',
    group: 'Server',
    description:
      'Client id under which the first of trustedIssuers knows the console: people sign in there. Its redirect URI is the address of its pages. Without it, people sign in at the embedded issuer of a sandbox.',
  },
  consoleTenant: {
    type: 'text',
    group: 'Server',
    description:
      'Tenant, by id or domain name, whose people can have a role. Needed where there are several tenants: a role is for the whole server.',
  },
  consoleAdministrators: {
    type: 'list',
    name: 'consoleAdministrator',
    group: 'Server',
    description:
      'Who may do everything in the console: userPrincipalNames, ids of users, or values of the roles claim of id tokens; may be repeated. Without it, no one has this role.',
  },
  consoleOperators: {
    type: 'list',
    name: 'consoleOperator',
    group: 'Server',
    description:
      'Who may see everything, change learning data and work with the sandbox, named in the same way. Without it, no one has this role.',
  },
  consoleViewers: {
    type: 'list',
    name: 'consoleViewer',
    group: 'Server',
    description:
      'Who may see everything but secrets, named in the same way. Other users of a tenant see their own learning alone. Without it, no one has this role.',
  },
  adminTokenFile: {
    type: 'path',
    holds: 'file',
    group: 'Server',
    description: 'File with the token of the admin API, of at least 16 characters. Servers of one database share it.',
  },
} as const satisfies SettingRows;
