/** `@microsoft/microsoft-graph-client` 3: lists that come in pages, and PageIterator. */
import assert from 'node:assert/strict';
import { PageIterator } from '@microsoft/microsoft-graph-client';
import type { PageCollection } from '@microsoft/microsoft-graph-client';
import { newAssignment, newSelfInitiatedCourse } from '../support/activity.ts';
import { openGraphClient } from '../support/graph-client.ts';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';

interface Activity {
  readonly id: string;
  readonly '@odata.type': string;
}

export const suite: Suite = {
  client: 'graph-client',
  cases: (scene) => {
    const writer = openGraphClient(scene);
    return {
      'O3 O9 O10 T12 PageIterator goes through every page by links that are absolute and https': async () => {
        const made = await makeFive(scene);
        const first = (await writer.api(scene.activities()).top(2).get()) as PageCollection;
        assert.ok(String(first['@odata.nextLink']).startsWith(`${scene.target.baseUrl}/v1.0/employeeExperience/`));
        const seen: Activity[] = [];
        const collect = (activity: Activity): boolean => seen.push(activity) > 0;
        const iterator = new PageIterator(writer, first, collect);
        await iterator.iterate();
        assert.equal(iterator.isComplete(), true);
        assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length);
        for (const activity of made) {
          const found = seen.find(({ id }) => id === activity.id);
          assert.equal(found?.['@odata.type'], activity['@odata.type']);
        }
      },
      'O9 the last page has no link, and a page of nothing is an array': async () => {
        const path = scene.activities();
        const all = (await writer.api(path).top(100).get()) as PageCollection;
        assert.equal('@odata.nextLink' in all, all.value.length === 100);
        const none = (await writer.api(path).filter("externalcourseActivityId eq 'no-such-key'").get()) as object;
        assert.deepEqual((none as PageCollection).value, []);
        assert.equal('@odata.nextLink' in none, false);
      },
      'O11 a count comes when it is asked for, and only then': async () => {
        const path = scene.activities();
        const counted = (await writer.api(path).top(1).count(true).get()) as Record<string, unknown>;
        assert.equal(typeof counted['@odata.count'], 'number');
        const plain = (await writer.api(path).top(1).get()) as Record<string, unknown>;
        assert.equal('@odata.count' in plain, false);
      },
      'P5 O10 links keep the options of the first request': async () => {
        await makeFive(scene);
        const first = (await writer.api(scene.activities()).select(['id', 'status']).top(2).get()) as PageCollection;
        const second = (await writer.api(String(first['@odata.nextLink'])).get()) as PageCollection;
        assert.equal(second.value.length, 2);
        for (const activity of second.value as object[]) assert.equal('learnerUserId' in activity, false);
      },
      'P6 O3 K4 a learner pages through the own activities below /me, both types, both versions': async () => {
        const learner = openGraphClient(scene, { token: await scene.userToken('learner') });
        const made = await makeFive(scene);
        for (const version of ['v1.0', 'beta']) {
          const path = '/me/employeeExperience/learningCourseActivities';
          const first = (await learner.api(path).version(version).top(2).get()) as PageCollection;
          const seen = new Map<string, string>();
          const collect = ({ id, '@odata.type': type }: Activity): boolean => seen.set(id, type).size > 0;
          await new PageIterator(learner, first, collect).iterate();
          for (const { id, '@odata.type': type } of made) assert.equal(seen.get(id), type, version);
        }
      },
    };
  },
};

/** Three assignments and two self-initiated courses. */
async function makeFive(scene: Scene): Promise<readonly Activity[]> {
  const client = openGraphClient(scene);
  const bodies = [1, 2, 3, 4, 5].map((n) => (n % 2 === 1 ? newAssignment(scene) : newSelfInitiatedCourse(scene)));
  const made: Activity[] = [];
  for (const body of bodies) made.push((await client.api(scene.activities()).post(body)) as Activity);
  for (const { id } of made) scene.removeLater(id);
  return made;
}
