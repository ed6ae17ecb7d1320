/** The guides of docs/clients: their code runs as it stands, and does what they say. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openGuideFolder, readGuide, variables } from '../support/guides.ts';
import type { CodeBlock } from '../support/guides.ts';
import { NotOffered } from '../support/not-offered.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';

const TSC = join(import.meta.dirname, '..', '..', 'node_modules', '@typescript', 'native', 'bin', 'tsc');
const TSC_FLAGS = ['--noEmit', '--strict', '--skipLibCheck', '--types', 'node', '--target', 'es2024'];
const TSC_MODULES = ['--module', 'nodenext', '--allowImportingTsExtensions', '--erasableSyntaxOnly'];

/** Where the guides write, and under which external ids: none of them is in the seed. */
const DOCUMENTED = {
  registrationId: '01e8f81b-3060-4dec-acf0-0389665a0a38',
  assignment: '12a2228a-e020-11ec-9d64-0242ac120004',
  selfInitiatedCourse: '12a2228a-e020-11ec-9d64-0242ac120003',
};

export const suite: Suite = {
  client: 'docs/clients',
  cases: (scene) => ({ ...programs(scene), ...shells(scene) }),
};

function programs(scene: Scene): Cases {
  return {
    'javascript.md: every program of the guide': async () => {
      await begin(scene);
      await using folder = await openGuideFolder(scene, await readGuide('javascript.md'));
      const printed = await folder.run(process.execPath, 'assignment.mjs');
      assert.match(printed, /^assignment \S+\ninProgress, 50 %\n$/);
      await folder.run(process.execPath, 'self-initiated.mjs');
      const more = await folder.run(process.execPath, 'more.mjs');
      assert.match(more, /400 badRequest/);
      await expectActivity(scene, DOCUMENTED.assignment, 'inProgress');
      await expectActivity(scene, DOCUMENTED.selfInitiatedCourse, 'completed');
      assert.deepEqual(folder.files, ['graph.mjs', 'assignment.mjs', 'self-initiated.mjs', 'more.mjs']);
    },
    'typescript.md: every program of the guide, and its types': async () => {
      await begin(scene);
      await using folder = await openGuideFolder(scene, await readGuide('typescript.md'));
      const printed = await folder.run(process.execPath, 'assignment.ts');
      assert.match(printed, /^assignment \S+\ninProgress, 50 %\n$/);
      await expectActivity(scene, DOCUMENTED.assignment, 'inProgress');
      await folder.run(process.execPath, TSC, ...TSC_FLAGS, ...TSC_MODULES, ...folder.files);
      assert.deepEqual(folder.files, ['graph.ts', 'activities.ts', 'assignment.ts']);
    },
  };
}

function shells(scene: Scene): Cases {
  return {
    'curl.md: every command of the guide': async () => {
      await begin(scene);
      const blocks = await readGuide('curl.md');
      await using folder = await openGuideFolder(scene, blocks);
      const printed = await folder.run('bash', '-euo', 'pipefail', '-c', shellCode(blocks));
      assert.match(printed, /"@odata\.nextLink"|"value"/);
      await expectActivity(scene, DOCUMENTED.assignment, 'inProgress');
      await expectActivity(scene, DOCUMENTED.selfInitiatedCourse, 'inProgress');
    },
    'README.md: the variables, from the ready file': async () => {
      const blocks = await readGuide('README.md');
      await using folder = await openGuideFolder(scene, blocks);
      const expected = variables(scene);
      const names = Object.keys(expected);
      const unset = `unset ${names.join(' ')}`;
      const print = names.map((name) => `echo "$${name}"`).join('\n');
      const printed = await folder.run('bash', '-euo', 'pipefail', '-c', `${unset}\n${shellCode(blocks)}\n${print}`);
      assert.deepEqual(printed.trimEnd().split('\n'), Object.values(expected));
    },
  };
}

function shellCode(blocks: readonly CodeBlock[]): string {
  return blocks
    .filter(({ language }) => language === 'sh')
    .map(({ code }) => code)
    .join('\n');
}

/** Removes what an earlier guide wrote. Throws NotOffered where the data are not those of the documentation. */
async function begin(scene: Scene): Promise<void> {
  if (scene.sample('registrationId') !== DOCUMENTED.registrationId) {
    throw new NotOffered('the guides use the ids of the documentation');
  }
  for (const key of [DOCUMENTED.assignment, DOCUMENTED.selfInitiatedCourse]) {
    for (let found = await find(scene, key); found !== undefined; found = await find(scene, key)) {
      await send(scene, `/${found.id}`, 'DELETE');
    }
  }
}

async function expectActivity(scene: Scene, key: string, status: string): Promise<void> {
  const found = await find(scene, key);
  assert.equal(found?.status, status);
  scene.removeLater(found.id);
}

interface Found {
  readonly id: string;
  readonly status: string;
}

async function find(scene: Scene, key: string): Promise<Found | undefined> {
  const response = await send(scene, `(externalCourseActivityId='${key}')`);
  return response.status === 404 ? undefined : ((await response.json()) as Found);
}

async function send(scene: Scene, path: string, method = 'GET'): Promise<Response> {
  const headers = { authorization: `Bearer ${await scene.appToken('writer')}` };
  return fetch(`${scene.target.baseUrl}/v1.0${scene.activities()}${path}`, { method, headers });
}
