/** learningContent: one item of a provider's catalogue. */
import type { EntityRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

const source = 'resources/learningcontent, api/learningcontent-update';
const optional = { nullable: true, onCreate: 'optional', onUpdate: 'optional', source } as const;
const required = {
  type: 'Edm.String',
  nullable: false,
  onCreate: 'required',
  onUpdate: 'optional',
  source,
} as const;
const tags = {
  ...optional,
  type: 'Collection(Edm.String)',
  nullable: false,
  isNullableInSchema: true,
  maxLength: 128,
} as const;
const date = { ...optional, type: 'Edm.DateTimeOffset', utcOffset: 'Z' } as const;

export const learningContent = {
  name: 'learningContent',
  isConcrete: true,
  alternateKey: 'externalId',
  properties: [
    {
      ...ID_ROW,
      column: 'learning_content_id',
      isGuid: true,
      source,
    },
    {
      ...required,
      name: 'externalId',
      onUpdate: 'fixed',
      maxLength: 256,
      column: 'external_id',
      isFilterable: true,
      isSortable: true,
    },
    { ...required, name: 'title', maxLength: 512, column: 'title', isFilterable: true, isSortable: true },
    { ...required, name: 'contentWebUrl', maxLength: 2048, isUrl: true, column: 'content_web_url', isFilterable: true },
    { ...required, name: 'languageTag', maxLength: 128, column: 'language_tag', isFilterable: true },
    { ...tags, name: 'additionalTags', column: 'additional_tags' },
    { ...tags, name: 'contributors', column: 'contributors' },
    { ...date, name: 'createdDateTime', column: 'created_date_time', isFilterable: true, isSortable: true },
    {
      ...optional,
      name: 'description',
      type: 'Edm.String',
      maxLength: 8192,
      mayBeEmpty: true,
      column: 'description',
    },
    { ...optional, name: 'duration', type: 'Edm.Duration', column: 'duration', isFilterable: true },
    {
      ...optional,
      name: 'format',
      type: 'Edm.String',
      maxLength: 256,
      mayBeEmpty: true,
      column: 'format',
      isFilterable: true,
    },
    { ...optional, name: 'isActive', type: 'Edm.Boolean', default: true, column: 'is_active', isFilterable: true },
    { ...optional, name: 'isPremium', type: 'Edm.Boolean', default: false, column: 'is_premium', isFilterable: true },
    {
      ...optional,
      name: 'isSearchable',
      type: 'Edm.Boolean',
      default: true,
      column: 'is_searchable',
      isFilterable: true,
    },
    { ...date, name: 'lastModifiedDateTime', column: 'last_modified_date_time', isFilterable: true, isSortable: true },
    { ...optional, name: 'level', type: 'graph.level', column: 'level', isFilterable: true },
    {
      ...optional,
      name: 'numberOfPages',
      type: 'Edm.Int32',
      range: [0, 2_147_483_647],
      acceptsNumericText: true,
      column: 'number_of_pages',
      isFilterable: true,
    },
    { ...tags, name: 'skillTags', column: 'skill_tags' },
    {
      ...optional,
      name: 'sourceName',
      type: 'Edm.String',
      maxLength: 256,
      mayBeEmpty: true,
      column: 'source_name',
      isFilterable: true,
    },
    {
      ...optional,
      name: 'thumbnailWebUrl',
      type: 'Edm.String',
      maxLength: 2048,
      isUrl: true,
      mayBeEmpty: true,
      column: 'thumbnail_web_url',
    },
  ],
  tolerated: [
    {
      name: 'contributor',
      rule: { firstItemOf: 'contributors' },
      source: 'replaced by contributors on 2022-10-04, still sent',
    },
  ],
  source,
} as const satisfies EntityRow;
