/**
 * Whole images of activities, the many, are lists of values: their property names would be half of what the log takes.
 * A payload says which layout its images have. A layout that was released never changes; a property that is new, or gone,
 * needs a new one at the end (`layouts.test.ts`).
 */
import type { ChangeKind } from '../../model/change-kinds.ts';
import type { Image } from './change.ts';

interface Layout {
  readonly kind: ChangeKind;
  readonly names: readonly string[];
}

/** By number. The first has the names in the image itself. */
export const LAYOUTS: readonly (Layout | undefined)[] = [
  undefined,
  {
    kind: 'learningCourseActivity',
    names: [
      ...['id', 'type', 'externalcourseActivityId', 'learnerUserId', 'learningContentId', 'learningProviderId'],
      ...['status', 'completionPercentage', 'completedDateTime', 'assignmentType', 'assignedDateTime'],
      ...['assignerUserId', 'dueDateTime', 'notes', 'startedDateTime'],
    ],
  },
];

/** By kind; kinds that are not here have the names in their images. */
export const NEWEST_LAYOUTS: ReadonlyMap<ChangeKind | undefined, number> = new Map(
  LAYOUTS.map((layout, number) => [layout?.kind, number]),
);

/** The values of an image in the order of the layout; the image itself where there is none. */
export function toLayout(number: number, image: Image | undefined): unknown {
  const layout = LAYOUTS[number];
  if (layout === undefined || image === undefined) return image ?? null;
  return layout.names.map((name) => (name === 'id' ? ownId(image) : (image[name] ?? null)));
}

/** The other way round: properties without a value are left out. */
export function fromLayout(number: number, values: unknown, itemId: string | undefined): Image | undefined {
  if (values === null || values === undefined) return undefined;
  const layout = LAYOUTS[number];
  if (layout === undefined) return values as Image;
  const entries = layout.names.map((name, index) => [name, (values as readonly unknown[])[index] ?? null] as const);
  const image = Object.fromEntries(entries.filter(([, value]) => value !== null));
  const { learnerUserId } = image;
  return typeof learnerUserId === 'string' ? { id: `${learnerUserId}:${itemId}`, ...image } : image;
}

/** An id that the learner and the item's GUID make up is left out. */
function ownId({ id }: Image): unknown {
  return String(id).includes(':') ? null : id;
}
