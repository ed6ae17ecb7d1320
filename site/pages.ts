/** The documents by reader: the one list that the sidebar of the site and `docs/index.md` are made of. */

export interface DocumentPage {
  /** From the root of the project. */
  readonly file: string;
  readonly title: string;
  /** What it answers, for the index. */
  readonly about: string;
}

export interface ReaderSection {
  readonly title: string;
  /** Who reads it, for the index. */
  readonly reader: string;
  readonly pages: readonly DocumentPage[];
}

export const SECTIONS: readonly ReaderSection[] = [
  {
    title: 'Start',
    reader: 'You are new here',
    pages: [
      page('README.md', 'Install and start', 'up to the first activity'),
      page('docs/guides/windows.md', 'Windows and PowerShell', 'what is different there'),
      page('docs/console.md', 'Console', 'what the pages in the browser show'),
      page('docs/glossary.md', 'Glossary', 'one word a thing'),
    ],
  },
  {
    title: 'Integrate',
    reader: 'You write a program that calls the API',
    pages: [
      page('docs/guides/sync-script.md', 'A sync script in an hour', 'Node, Python, C#, Java'),
      page(
        'docs/guides/provider.md',
        'Become a provider',
        'licences, roles, permissions, and the steps in their order',
      ),
      page(
        'docs/guides/real-tenant.md',
        'From Vivarium to the real tenant',
        'what differs, what to change, a checklist',
      ),
      page('docs/clients/README.md', 'Clients', 'point an SDK at this server'),
      page('docs/clients/javascript.md', 'JavaScript', '`@microsoft/microsoft-graph-client`'),
      page('docs/clients/typescript.md', 'TypeScript', '`@microsoft/msgraph-sdk`'),
      page('docs/clients/python.md', 'Python', '`msgraph-sdk`'),
      page('docs/clients/go.md', 'Go', '`msgraph-sdk-go`'),
      page('docs/clients/java.md', 'Java', '`microsoft-graph`'),
      page('docs/clients/csharp.md', 'C#', '`Microsoft.Graph`'),
      page('docs/clients/php.md', 'PHP', '`microsoft/microsoft-graph`'),
      page('docs/clients/powershell.md', 'PowerShell', '`Microsoft.Graph.Authentication`'),
      page('docs/clients/curl.md', 'curl', 'requests as they are on the wire'),
      page('docs/clients/requirements.md', 'What clients need', 'what SDKs demand of a server, beyond the reference'),
      page('docs/proxy.md', 'Forward proxy', 'programs whose base URL cannot be changed'),
      page('docs/notifications.md', 'Changes', 'delta queries and change notifications'),
      page('docs/webhooks.md', 'Webhooks', 'signed messages about events'),
      page('docs/errors.md', 'Errors', 'every refusal, and what to do about it'),
      page('docs/capabilities.md', 'Operations and permissions', 'each operation, who may call it, what it supports'),
      page('docs/strict.md', 'Strictness', 'spellings and forms outside the schema'),
      page('docs/contract.md', 'The published schema', 'how it compares with this server'),
    ],
  },
  {
    title: 'Test',
    reader: 'You test a program against it',
    pages: [
      page('docs/guides/retries.md', 'Test your retries', 'faults, `Retry-After`, and a verdict'),
      page('docs/sandbox.md', 'Sandbox', 'resets, snapshots, faults, limits, journal, clock'),
      page('docs/fault-presets.md', 'Fault presets', 'every named fault and limit'),
      page('docs/library.md', 'Library', 'a server inside a test of Node'),
      page('docs/conformance.md', 'Conformance', 'any server against the rules of this one'),
      page('docs/mcp.md', 'For assistants', 'a sandbox by the Model Context Protocol'),
    ],
  },
  {
    title: 'Operate',
    reader: 'You run it for an organisation',
    pages: [
      page('docs/guides/operations.md', 'Operations', 'back up, restore, erase, upgrade, monitor: what to do when'),
      page('docs/serve.md', 'Serve', 'a server for the record, and what it refuses'),
      page('docs/deploy.md', 'Containers and pipelines', 'Docker, Compose, Kubernetes, CI'),
      page('docs/admin.md', 'Administration', 'tenants, users, apps, licences'),
      page('docs/sign-in.md', 'Sign-in', 'people and apps at the embedded issuer'),
      page('docs/identity.md', 'Outside issuers', 'tokens of Microsoft Entra or another provider'),
      page('docs/scim.md', 'SCIM', 'users from a directory'),
      page('docs/import.md', 'Import and export', 'files of activities, contents and users'),
      page('docs/sync.md', 'Sync', 'the record kept true in another tenant'),
      page('docs/backup.md', 'Backups', 'take, check, restore, copy'),
      page('docs/audit.md', 'Audit trail', 'who changed what, and the proof of it'),
      page('docs/privacy.md', 'Privacy', 'what is kept about people, and how it goes'),
      page('docs/monitoring.md', 'Monitoring', 'health, metrics, traces, alerts'),
      page('docs/scale.md', 'Scale', 'several processes, servers and shards; upgrades'),
      page('docs/reliability.md', 'Reliability', 'what holds when disks, databases and processes fail'),
      page('docs/benchmarks.md', 'Benchmarks', 'measured figures'),
    ],
  },
  {
    title: 'Look up',
    reader: 'You look something up',
    pages: [
      page('docs/settings.md', 'Settings', 'flags, variables, keys of the configuration file'),
      page('docs/cli.md', 'Commands', 'every command, with flags and exit codes'),
      page('docs/schemas.md', 'Schemas', 'completion and checks in an editor'),
      page('CHANGELOG.md', 'Changelog', 'what has changed'),
    ],
  },
  {
    title: 'Contribute',
    reader: 'You change the code',
    pages: [
      page('CONTRIBUTING.md', 'Contributing', 'set up, check, write, commit'),
      page('docs/architecture.md', 'Architecture', 'where things are, and the way of a request'),
      page('docs/release.md', 'Release', 'how a version is made'),
      page('SECURITY.md', 'Security', 'how to report a vulnerability'),
    ],
  },
];

/** Where a document is on the site, from its root and with `.md`. */
export function sitePathOf(file: string): string {
  const path = file.replace(/^(docs|site)\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
  return file.includes('/') ? path : file.toLowerCase();
}

function page(file: string, title: string, about: string): DocumentPage {
  return { file, title, about };
}
