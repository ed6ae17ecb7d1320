/** `@microsoft/microsoft-graph-client` 3: activities and contents, written and read. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Client } from '@microsoft/microsoft-graph-client';
import { newAssignment, newSelfInitiatedCourse } from '../support/activity.ts';
import type { Body } from '../support/activity.ts';
import { openGraphClient } from '../support/graph-client.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';

export const suite: Suite = {
  client: 'graph-client',
  cases: (scene) => ({
    ...writing(scene, 'v1.0'),
    ...writing(scene, 'beta'),
    ...reading(scene),
    ...alternateKeys(scene),
    ...contents(scene),
    ...people(scene),
  }),
};

type Entity = Record<string, unknown> & { readonly id: string };

async function create(client: Client, scene: Scene, body: Body): Promise<Entity> {
  const made = (await client.api(scene.activities()).post(body)) as Entity;
  scene.removeLater(made.id);
  return made;
}

function writing(scene: Scene, version: 'v1.0' | 'beta'): Cases {
  const client = openGraphClient(scene, { version });
  const createAndCheck = async (body: Body): Promise<void> => {
    const { id, ...made } = await create(client, scene, body);
    assert.match(id, /^[^:]+:[^:]+$/);
    assert.equal(id.split(':')[0], body['learnerUserId']);
    for (const name of ['@odata.type', 'externalCourseActivityId', 'learningContentId', 'status']) {
      assert.equal(made[name], body[name], name);
    }
    assert.equal(made['learningProviderId'], scene.sample('registrationId'));
  };
  const update = async (body: Body, changes: Body): Promise<void> => {
    const { id } = await create(client, scene, body);
    const path = `${scene.activities()}/${id}`;
    const { '@odata.type': type } = body;
    const answer: unknown = await client.api(path).patch({ '@odata.type': type, ...changes });
    assert.equal(answer, undefined);
    const stored = (await client.api(path).get()) as Entity;
    assert.deepEqual({ ...stored, ...changes }, stored);
  };
  return {
    [`T1 T2 O1 O2 B1 create assignment (${version})`]: () => createAndCheck(newAssignment(scene)),
    [`O1 O2 B1 create self-initiated course (${version})`]: () => createAndCheck(newSelfInitiatedCourse(scene)),
    [`O2 B6 update assignment: no content, and the rest stays (${version})`]: () =>
      update(newAssignment(scene), { status: 'inProgress', completionPercentage: 60 }),
    [`O2 update self-initiated course (${version})`]: () =>
      update(newSelfInitiatedCourse(scene), {
        status: 'completed',
        completedDateTime: '2026-03-01T10:00:00+00:00',
        completionPercentage: 100,
      }),
    [`O2 delete activity: no content, then 404 (${version})`]: async () => {
      const { id } = await create(client, scene, newAssignment(scene));
      const path = `${scene.activities()}/${id}`;
      assert.equal(await client.api(path).delete(), undefined);
      await assert.rejects(client.api(path).get(), { statusCode: 404, code: 'notFound' });
    },
  };
}

function reading(scene: Scene): Cases {
  const client = openGraphClient(scene);
  return {
    'T2 an activity made in v1.0 is read in beta': async () => {
      const { id } = await create(client, scene, newAssignment(scene));
      const read = (await client.api(`${scene.activities()}/${id}`).version('beta').get()) as Entity;
      assert.equal(read.id, id);
    },
    'P1 P2 get by id, below its provider and at the root, colon raw and encoded': async () => {
      const { id } = await create(client, scene, newAssignment(scene));
      const root = '/employeeExperience/learningCourseActivities';
      for (const collection of [scene.activities(), root]) {
        for (const segment of [id, encodeURIComponent(id)]) {
          const read = (await client.api(`${collection}/${segment}`).get()) as Entity;
          assert.equal(read.id, id, `${collection}/${segment}`);
        }
      }
    },
    'O4 reads spell the key as the schema does': async () => {
      const body = newAssignment(scene);
      const { id } = await create(client, scene, body);
      const read = (await client.api(`${scene.activities()}/${id}`).get()) as Entity;
      assert.equal(read['externalcourseActivityId'], body['externalCourseActivityId']);
      assert.equal('externalCourseActivityId' in read, false);
    },
    'B3 B5 O8 null clears a property, which is then null or absent': async () => {
      const { id } = await create(client, scene, newAssignment(scene));
      const path = `${scene.activities()}/${id}`;
      const type = '#microsoft.graph.learningAssignment';
      await client.api(path).patch({ '@odata.type': type, status: 'notStarted', notes: null, dueDateTime: null });
      const read = (await client.api(path).get()) as Entity;
      assert.equal(read['notes'] ?? undefined, undefined);
      assert.equal(read['dueDateTime'] ?? undefined, undefined);
    },
    'B4 O7 times go in with any offset and fraction, and come back in UTC': async () => {
      const times = ['2021-05-11T22:57:17+00:00', '2021-05-11T22:57:17Z', '2021-05-12T00:57:17.000+02:00'];
      for (const assignedDateTime of times) {
        const made = await create(client, scene, newAssignment(scene, { assignedDateTime }));
        const read = (await client.api(`${scene.activities()}/${made.id}`).get()) as Entity;
        assert.match(String(read['assignedDateTime']), /(Z|\+00:00)$/);
        assert.equal(new Date(String(read['assignedDateTime'])).getTime(), Date.UTC(2021, 4, 11, 22, 57, 17));
      }
    },
    'B2 B6 an update needs no @odata.type, and annotations are no properties': async () => {
      const { id } = await create(client, scene, newAssignment(scene));
      const path = `${scene.activities()}/${id}`;
      await client.api(path).patch({ '@odata.etag': 'W/"1"', id, status: 'inProgress' });
      const { status } = (await client.api(path).get()) as Record<string, unknown>;
      assert.equal(status, 'inProgress');
    },
    'P5 $select in the order that the client makes of it': async () => {
      const { id } = await create(client, scene, newAssignment(scene));
      const read = (await client.api(`${scene.activities()}/${id}?custom=1`).select('id,status').get()) as Entity;
      const names = Object.keys(read).filter((name) => !name.startsWith('@odata.'));
      assert.deepEqual(names.toSorted(), ['id', 'status']);
    },
  };
}

function alternateKeys(scene: Scene): Cases {
  const client = openGraphClient(scene);
  /** By a key literal that is written into the path as it is. */
  const find = async (name: string, literal: string): Promise<unknown> => {
    const entity = (await client.api(`${scene.activities()}(${name}=${literal})`).get()) as Entity;
    return entity['externalcourseActivityId'];
  };
  const createWithKey = async (key: string): Promise<string> => {
    await create(client, scene, newAssignment(scene, { externalCourseActivityId: key }));
    return key;
  };
  return {
    'P2 P3 get by alternate key, its name in any case': async () => {
      const key = await createWithKey(randomUUID());
      for (const name of ['externalCourseActivityId', 'externalcourseActivityId', 'EXTERNALCOURSEACTIVITYID']) {
        assert.equal(await find(name, `'${key}'`), key, name);
      }
    },
    'P4 a key with quotes, slashes, spaces and letters of anywhere, encoded': async () => {
      const key = await createWithKey(`it's 50% of a/b: é+#&?=(${randomUUID()})|x`);
      const literal = `'${encodeURIComponent(key.replaceAll("'", "''"))}'`;
      assert.equal(await find('externalCourseActivityId', literal), key);
    },
    'P4 the same key as the client passes it on when nobody encoded it': async () => {
      const key = await createWithKey(`it's a/b: é (${randomUUID()})`);
      assert.equal(await find('externalCourseActivityId', `'${key.replaceAll("'", "''")}'`), key);
    },
    'P4 a key without quotes, as older pages print it': async () => {
      const key = await createWithKey(randomUUID());
      assert.equal(await find('externalCourseActivityId', key), key);
    },
  };
}

function contents(scene: Scene): Cases {
  const client = openGraphClient(scene);
  const path = (): string => `/employeeExperience/learningProviders/${scene.sample('registrationId')}/learningContents`;
  return {
    'O1 O2 P2 learning content is made and merged by its external id: 202 with the entity': async () => {
      const address = `${path()}(externalId='${randomUUID()}')`;
      const contentWebUrl = 'https://learning.contoso.com/modules/plan-a-class';
      const body = { title: 'Plan a class', contentWebUrl, languageTag: 'en-us', duration: 'PT20M' };
      const made = (await client.api(address).patch(body)) as Entity;
      const merged = (await client.api(address).patch({ title: 'Plan two classes' })) as Entity;
      assert.equal(merged.id, made.id);
      assert.equal(merged['contentWebUrl'], contentWebUrl);
      const read = (await client.api(`${path()}/${made.id}`).get()) as Entity;
      assert.equal(read['title'], 'Plan two classes');
      assert.equal(await client.api(`${path()}/${made.id}/$ref`).delete(), undefined);
    },
  };
}

function people(scene: Scene): Cases {
  const writer = openGraphClient(scene);
  return {
    'K4 P6 a learner reads an own activity below /me and below /users/{id}': async () => {
      const learner = openGraphClient(scene, { token: await scene.userToken('learner') });
      const { id } = await create(writer, scene, newAssignment(scene));
      for (const who of ['me', `users/${scene.userId('learner')}`]) {
        const path = `/${who}/employeeExperience/learningCourseActivities/${id}`;
        const read = (await learner.api(path).get()) as Entity;
        assert.equal(read.id, id, path);
      }
    },
    'K4 O2 an administrator makes, changes and removes a provider': async () => {
      const admin = openGraphClient(scene, { token: await scene.userToken('admin') });
      const logo = 'https://learning.contoso.com/media/logo.png';
      const provider = {
        displayName: 'Contoso Learning',
        squareLogoWebUrlForDarkTheme: logo,
        longLogoWebUrlForDarkTheme: logo,
        squareLogoWebUrlForLightTheme: logo,
        longLogoWebUrlForLightTheme: logo,
      };
      const collection = '/employeeExperience/learningProviders';
      const { id } = (await admin.api(collection).post(provider)) as Entity;
      const path = `${collection}/${id}`;
      assert.equal(await admin.api(path).patch({ isCourseActivitySyncEnabled: true }), undefined);
      const read = (await admin.api(path).get()) as Entity;
      assert.equal(read['isCourseActivitySyncEnabled'], true);
      assert.equal(await admin.api(path).delete(), undefined);
    },
  };
}
