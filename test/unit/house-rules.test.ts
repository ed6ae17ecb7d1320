import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

import config from '../../vitest.config.ts';

const root = join(import.meta.dirname, '..', '..');
const ignoredNames = new Set(['.git', ...readFileSync(join(root, '.gitignore'), 'utf8').split(/\/?\r?\n/)]);

interface TextRule {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Rules about code look at it with the comments blanked. */
  readonly about: 'code' | 'words';
  /** Where it holds, and the files that are exempt because they are the one home. */
  readonly within: RegExp;
  readonly except?: readonly string[];
  /** Samples, so that a pattern cannot silently match nothing, or too much; some are escaped, as this file is checked too. */
  readonly catches: readonly string[];
  readonly passes: readonly string[];
}

const anySource = /^(src|test|acceptance|bench|scripts|bin)\/.*\.[jt]s$/;

/** Phrases that have to be read twice. */
const riddles =
  /(?<!-)\banew\b|\bnobody\b|\bwhoever\b|\bbef[ae]ll|\bto make room\b|\bstands? for\b|(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b)[a-z]/i;

const riddleSamples = {
  catches: [
    'read an\x65w',
    'no\x62ody knows',
    'wh\x6fever asks',
    'it bef\x65ll',
    'had to make ro\x6fm',
    'it is n\x6f GUID',
  ],
  passes: ['--begin-anew', 'there is no tenant', 'is no longer valid', 'is not a GUID'],
};

const rules: readonly TextRule[] = [
  {
    rule: 'the environment is read in one file',
    about: 'code',
    pattern: /\bprocess\s*\.\s*env\b|\{[^}]*\benv\b[^}]*\}\s*(from\s*['"](node:)?process|=\s*process\b)/,
    within: /^src\//,
    except: ['src/config/load.ts'],
    catches: ['process.env.HOME', "import { argv, env } from 'node:process';", 'const { env } = process;'],
    passes: ['settings.env', '// process.env', "import { argv } from 'node:process';"],
  },
  {
    rule: 'the API versions are named in one file',
    about: 'code',
    pattern: /['"`/](v1\\?\.0|beta)(?=['"`/\\?])/,
    within: /^src\/(?!.*\.test\.ts$)/,
    except: ['src/model/versions.ts'],
    catches: ["'v1.0'", '"beta"', '`/beta/${path}`', "'/v1.0/users'", String.raw`/^\/v1\.0\//`],
    passes: ["'v1.0.1'", "'graph-rest-beta'", '/* "beta" */', 'alphabeta'],
  },
  {
    rule: 'the clock is read in one room',
    about: 'code',
    pattern: /\bDate\s*\.\s*now\b|\bperformance\s*\.\s*now\b|\bnew\s+Date\b(?!\s*\(\s*[^\s)])/,
    within: /^src\//,
    except: ['src/lib/clock.ts'],
    catches: ['Date.now()', 'performance.now()', 'new Date()', 'new Date'],
    passes: ['clock.now()', 'new Date(epochMs)', '// Date.now()', 'new DateTimeTimeZone()'],
  },
  {
    rule: 'time becomes a Date in few files',
    about: 'code',
    pattern: /\bnew\s+Date\s*\(\s*[^\s)]/,
    within: /^src\/(?!.*\.test\.ts$)/,
    // Texts of instants, and the library that makes certificates.
    except: ['src/lib/calendar.ts', 'src/lib/utc-text.ts', 'src/issuer/certificate.ts'],
    catches: ['new Date(epochMs)', 'new Date(\n  epochMs,\n)'],
    passes: ['new Date()', '// new Date(epochMs)'],
  },
  {
    rule: 'exports have names',
    about: 'code',
    pattern: /\bexport\s+default\b|\bas\s+default\b/,
    within: /^src\//,
    catches: ['export default 1;', 'export { start as default };'],
    passes: ["import { default as fastify } from 'fastify';", "'default'"],
  },
  {
    rule: 'only the command line prints',
    about: 'code',
    pattern: /\bconsole\s*\./,
    within: /^src\/(?!cli\/)/,
    catches: ["console.log('here')"],
    passes: ["'console-route.ts'", '// console.log'],
  },
  {
    rule: 'docstrings name errors by their rows',
    about: 'words',
    pattern: /@throws[^*]*\bE\d{1,2}\b/,
    within: /^src\//,
    catches: ['@throws E2, conflict'],
    passes: ['@throws accessDenied, conflict', '/** The texts of E1 to E15. */'],
  },
  {
    rule: 'a to-do names its issue',
    about: 'words',
    pattern: /\bTODO(?!\()/,
    within: anySource,
    catches: ['TO\x44O: later'],
    passes: ['TODO(paging): later'],
  },
  {
    rule: 'files speak of the project, not of how they were written',
    about: 'words',
    // HTTP has its own use of the first word: its compounds and the class pass.
    pattern: /(?<![-.\w]|[Uu]ser )age[n]ts?(?![-:\w])|\b(age[n]t|this) session\b|\/work\/|\.\.\/shared\b/,
    within: /^(?!package-lock\.json$)/,
    catches: ['an age\x6et wrote', 'in this \x73ession', '/wor\x6b/main', '../share\x64/design'],
    passes: [
      'User-Agent',
      'a user agent',
      'https-proxy-agent',
      'new Agent()',
      'a session cookie',
      './shared',
      '/workers/',
    ],
  },
  {
    rule: 'the store does not know API versions: tests run each version, and each database, but not every pair of them',
    about: 'code',
    pattern: /\bApiVersion\b|\/versions\.ts\b|\bschema\.version\b/,
    within: /^src\/store\//,
    catches: ["import { V1 } from '../model/versions.ts';", 'schema.version'],
    passes: ['row.version', "'../model/entra-versions.ts'"],
  },
  {
    rule: 'operations make no generator function for a request: its hidden class would keep the request in memory',
    about: 'code',
    pattern: /(?<=[(,=>:] *)function\*|^[ \t]+function\*/m,
    within: /^src\/graph\/(?!.*\.test\.ts$)/,
    catches: ['writeJudged(context, function* (stored) {', '    function* (stored) {'],
    passes: ['function* tryUpdate(', 'export function* getMe('],
  },
  {
    rule: 'files name no package registry',
    about: 'words',
    pattern: /registry\.(npmjs|yarnpkg)|"resolved":\s"http/,
    within: /^/,
    catches: ['https://registry.np\x6djs.org/', '"resolved": "ht\x74ps://'],
    passes: ['a package registry', '"resolved": "packages/x"'],
  },
  {
    rule: 'messages say directly what is wrong',
    about: 'code',
    pattern: riddles,
    within: /^src\/(?!.*\.test\.ts$)/,
    ...riddleSamples,
  },
  {
    rule: 'documents say directly what is true',
    about: 'words',
    pattern: riddles,
    within: /^(?:README|CONTRIBUTING|docs\/(?!decisions\/).*)\.md$/,
    ...riddleSamples,
  },
];

describe.each(rules)('$rule', ({ about, pattern, within, except = [], catches, passes }) => {
  const read = about === 'code' ? withoutComments : (text: string) => text;

  test('in every file', () => {
    expect(
      projectFiles().flatMap(([file, text]) => {
        const found = within.test(file) && !except.includes(file) ? pattern.exec(read(text)) : null;
        return found === null ? [] : [`${file}:${text.slice(0, found.index).split('\n').length} ${found[0]}`];
      }),
    ).toEqual([]);
  });
  test.each(catches)('catches %s', (sample) => expect(read(sample)).toMatch(pattern));
  test.each(passes)('passes %s', (sample) => expect(read(sample)).not.toMatch(pattern));
});

test('a file of src has at most 400 lines, tables and what is printed excepted', () => {
  const own = projectFiles().filter(([file]) =>
    /^src\/(?!model\/|conformance\/tables\/|library\/(?:admin|control)-types\.ts$)/.test(file),
  );
  const long = own.filter(([, text]) => text.split('\n').length > 401);
  expect(long.map(([file]) => file)).toEqual([]);
});

test('every test file is of a project', () => {
  const patterns = (config.test?.projects ?? []).flatMap((project) =>
    typeof project === 'object' && 'test' in project ? (project.test?.include ?? []) : [],
  );
  const tests = projectFiles().flatMap(([file]) => (file.endsWith('.test.ts') ? [file] : []));
  expect(tests.filter((file) => !patterns.some((pattern) => matchesGlob(file, pattern)))).toEqual([]);
});

test('an exported name of src has one definition; the library repeats the words of the sandbox on purpose', () => {
  const homes = Map.groupBy(exportedNames(), ([name]) => name);
  const shared = [...homes].filter(([, found]) => found.length > 1);
  expect(shared.map(([name, found]) => `${name}: ${found.map(([, file]) => file).join(', ')}`)).toEqual([]);
});

/** Every text file by its path from the root, without what .gitignore names. Needs no git: an unpacked archive has none. */
function projectFiles(directory = ''): (readonly [file: string, text: string])[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const file = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (ignoredNames.has(entry.name)) return [];
    if (entry.isDirectory()) return projectFiles(file);
    const text = entry.isFile() ? readFileSync(join(root, file), 'utf8') : '\0';
    return text.includes('\0') ? [] : [[file, text]];
  });
}

/** Blanks comments and keeps all else where it was. */
function withoutComments(text: string): string {
  let code = text;
  for (const { start, end } of parseSync('file.ts', text).comments) {
    code = code.slice(0, start) + ' '.repeat(end - start) + code.slice(end);
  }
  return code;
}

/** Each name that a module of src defines and exports, with its file. */
function exportedNames(): (readonly [name: string, file: string])[] {
  const own = projectFiles().filter(([file]) => /^src\/(?!library\/|index\.ts$).*(?<!\.test)\.ts$/.test(file));
  return own.flatMap(([file, text]) => {
    const names = parseSync(file, text).module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, exportName }) => (moduleRequest === null ? [exportName.name] : [])),
    );
    return [...new Set(names)].flatMap((name) => (name === null ? [] : [[name, file] as const]));
  });
}
