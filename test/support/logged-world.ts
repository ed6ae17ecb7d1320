/** A tenant whose activities are changed by many at once, and what its log has to tell of them. */
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { Tenant } from '../../src/model/directory.ts';
import type { CourseActivity } from '../../src/model/entity.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import type { Origin } from '../../src/store/changes/change.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createLearningStore } from '../../src/store/learning-store.ts';
import { activityGuid, activityOf, APP, fillTenant, LEARNER, markedTenant, UNLICENSED } from './stored-tenant.ts';
import type { ActivityOptions } from './stored-tenant.ts';

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);

export interface LoggedWorld {
  readonly tenant: Tenant;
  /** Images after each change, by the GUID of the activity; `undefined` where it was deleted. */
  readonly told: ReadonlyMap<string, readonly (CourseActivity | undefined)[]>;
  create(options: ActivityOptions): Promise<string>;
  /** `times` updates at once, each of what it finds. */
  update(number: number, times: number): Promise<void>;
  remove(number: number): Promise<void>;
  /** The same one, as another process changes it. */
  throughOther(connection: SqlConnection): LoggedWorld;
}

export async function openLoggedWorld(connection: SqlConnection, key: number): Promise<LoggedWorld> {
  const marked = markedTenant(key, `Logged${key}`);
  const { tenant } = marked;
  await fillTenant(connection, marked);
  return worldOf(connection, tenant, new Map());
}

function worldOf(connection: SqlConnection, tenant: Tenant, told: Map<string, (CourseActivity | undefined)[]>) {
  const { activities, run } = createLearningStore(connection);
  /** Who hears of its own change first is chance: the row version tells the order. */
  const tell = (number: number, version: number, image: CourseActivity | undefined) => {
    const images = told.get(activityGuid(number)) ?? [];
    images[version - 1] = image;
    told.set(activityGuid(number), images);
  };
  const by = (operation: string) => (): Origin => ({
    channel: 'graph',
    operation,
    appId: APP,
    actor: UNLICENSED,
    requestId: activityGuid(1),
  });
  const find = (number: number) => run(activities.find(tenant, `${LEARNER}:${activityGuid(number)}`));
  const updateOnce = async (number: number, percentage: number): Promise<void> => {
    for (;;) {
      const judged = await find(number);
      if (judged === undefined) return;
      const activity = { ...judged.activity, completionPercentage: percentage } as CourseActivity;
      const work = activities.update(tenant, { judged, activity, mayRepeat: false });
      if ((await run(work, by('updateLearningCourseActivity'))) !== 'updated') continue;
      tell(number, judged.rowVersion + 1, activity);
      return;
    }
  };
  const world: LoggedWorld = {
    tenant,
    told,
    create: async (options) => {
      const activity = activityOf(schema, options);
      const work = activities.insert(tenant, { activity, mayRepeat: false });
      const outcome = await run(work, by('createLearningCourseActivity'));
      if (outcome === 'created') tell(options.number, 1, activity);
      return outcome;
    },
    update: async (number, times) => {
      await Promise.all(Array.from({ length: times }, (_, index) => updateOnce(number, index + 1)));
    },
    remove: async (number) => {
      const stored = await find(number);
      if (stored === undefined) return;
      const hasRemoved = await run(activities.remove(tenant, stored), by('deleteLearningCourseActivity'));
      if (hasRemoved) tell(number, stored.rowVersion + 1, undefined);
    },
    throughOther: (other) => worldOf(other, tenant, told),
  };
  return world;
}
