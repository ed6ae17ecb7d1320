/** employeeExperience and employeeExperienceUser: they hold nothing, and lead on to what is listed below them. */
import type { EntityRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

export const employeeExperience = {
  name: 'employeeExperience',
  isConcrete: true,
  isKeyless: true,
  properties: [],
  source: 'resources/employeeexperience',
} as const satisfies EntityRow;

export const employeeExperienceUser = {
  name: 'employeeExperienceUser',
  isConcrete: true,
  properties: [
    {
      // The user's own.
      ...ID_ROW,
      isGuid: true,
      source: 'resources/employeeexperienceuser',
    },
  ],
  source: 'resources/employeeexperienceuser',
} as const satisfies EntityRow;
