/** learningProvider: a learning system that is registered with a tenant. Its `id` is what the pages call registrationId. */
import type { EntityRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

const source = 'resources/learningprovider, api/employeeexperience-post-learningproviders, api/learningprovider-update';
const logo = {
  type: 'Edm.String',
  nullable: false,
  onCreate: 'required',
  onUpdate: 'optional',
  maxLength: 2048,
  isUrl: true,
  source,
} as const;

export const learningProvider = {
  name: 'learningProvider',
  isConcrete: true,
  properties: [
    {
      ...ID_ROW,
      column: 'registration_id',
      isGuid: true,
      source,
    },
    {
      name: 'displayName',
      type: 'Edm.String',
      nullable: false,
      onCreate: 'required',
      onUpdate: 'optional',
      maxLength: 256,
      column: 'display_name',
      source,
      isFilterable: true,
      isSortable: true,
    },
    {
      name: 'isCourseActivitySyncEnabled',
      spellings: ['isCourseAcitvitySyncEnabled'],
      type: 'Edm.Boolean',
      nullable: true,
      onCreate: 'optional',
      onUpdate: 'optional',
      default: false,
      column: 'is_course_activity_sync_enabled',
      source,
      isFilterable: true,
    },
    {
      name: 'loginWebUrl',
      type: 'Edm.String',
      nullable: true,
      onCreate: 'optional',
      onUpdate: 'optional',
      maxLength: 2048,
      isUrl: true,
      mayBeEmpty: true,
      column: 'login_web_url',
      source,
    },
    { ...logo, name: 'longLogoWebUrlForDarkTheme', column: 'long_logo_web_url_for_dark_theme' },
    { ...logo, name: 'longLogoWebUrlForLightTheme', column: 'long_logo_web_url_for_light_theme' },
    { ...logo, name: 'squareLogoWebUrlForDarkTheme', column: 'square_logo_web_url_for_dark_theme' },
    { ...logo, name: 'squareLogoWebUrlForLightTheme', column: 'square_logo_web_url_for_light_theme' },
  ],
  tolerated: [{ name: 'isEnabled', rule: 'ignored', source: 'removed from the schema on 2023-02-23, still sent' }],
  source,
} as const satisfies EntityRow;
