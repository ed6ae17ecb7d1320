// docs/contract.md, printed from the table of known differences.
import { CONTRACT_FAMILIES, KNOWN_DIFFERENCES } from '../src/model/contract.ts';
import { API_VERSIONS } from '../src/model/versions.ts';
import { code, markdownTable } from './markdown.ts';

export function printContract(): string {
  const rows = KNOWN_DIFFERENCES.map(({ subject, fact, reason, versions = API_VERSIONS }) => [
    code(subject),
    fact === undefined ? 'only on one side' : code(fact),
    versions.join(', '),
    reason,
  ]);
  return `# Contract with the published schema

Printed from \`src/model/contract.ts\` by \`npm run docs\`.

\`$metadata\` is the published schema of Microsoft Graph, cut down to what this server has. Limits that only this server has
are not in it, because a client generated from it would enforce them against the service. A test compares it with the facts
of the published v1.0 schema ([published.v1.0.json](../test/golden/published.v1.0.json)).

Microsoft changes its schema at any time. To check this server against the current one:

\`\`\`sh
curl -o graph-v1.0.xml 'https://graph.microsoft.com/v1.0/$metadata'
vivarium contract diff graph-v1.0.xml
\`\`\`

\`schemas/v1.0-Prod.csdl\` and \`schemas/beta-Prod.csdl\` of
[microsoftgraph/msgraph-metadata](https://github.com/microsoftgraph/msgraph-metadata) work as well. The exit code is 1 if
anything is new, gone or different, so a scheduled job can watch for changes. \`--output json\` prints
\`{ file, apiVersion, differences }\`; a difference has its \`kind\` (\`new\`, \`gone\` or \`different\`) and \`subject\`, what is
\`published\` and \`served\`, and the \`fact\` if it is \`different\`.

Types whose names begin with ${CONTRACT_FAMILIES.map(code).join(' or ')} are compared as a whole, with the types of their
properties: members, types, nullability and other facets, containment, keys and alternate keys, enumeration values, bound
operations, and annotations that set a value. Of other types, such as \`user\`, only what is served is compared, without
annotations, and anything that leads to the learning types.

## Known differences

\`contract diff\` lists these with \`--all\` only. The test fails when one of them disappears.

${markdownTable(['Subject', 'Difference', 'Versions', 'Reason'], rows)}
`;
}
