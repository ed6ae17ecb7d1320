import { useSearch } from '@tanstack/react-router';
import { propertiesOf } from '../api/model.ts';
import { useProviders } from '../api/names.ts';
import { RequestProblem } from '../api/request.ts';
import { graph } from '../api/server.ts';
import { useTenant } from '../api/tenant.ts';
import { EntityList } from '../parts/entity-list.tsx';
import { Page } from '../parts/page.tsx';
import { ProviderPicker } from '../parts/provider-picker.tsx';
import { Empty, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const properties = propertiesOf('learningContent');
const actor = { kind: 'application' } as const;

/** Contents are created by the key that the provider gives them. @throws RequestProblem, as the address needs one */
function toKey(externalId: unknown): string {
  if (typeof externalId === 'string' && externalId !== '') return externalId;
  const fields = [{ field: 'externalId', message: texts.form.required }];
  throw new RequestProblem({ status: 400, code: 'badRequest', message: texts.form.incomplete, fields });
}

export function Contents() {
  const tenant = useTenant()?.id;
  return tenant === undefined ? <Loading /> : <ContentsOf tenant={tenant} />;
}

function ContentsOf({ tenant }: { readonly tenant: string }) {
  const search = useSearch({ from: '/contents' });
  const providers = useProviders(tenant);
  if (providers === undefined) return <Loading />;
  const provider = search.provider ?? providers[0]?.id;
  if (provider === undefined) {
    return (
      <Page title={texts.sections.contents} lead={pageTexts.contents.lead}>
        <Empty title={pageTexts.providers.empty.title}>{pageTexts.contents.needsProvider}</Empty>
      </Page>
    );
  }
  const path = `/employeeExperience/learningProviders/${provider}/learningContents`;
  return (
    <EntityList
      key={provider}
      title={texts.sections.contents}
      lead={pageTexts.contents.lead}
      tenant={tenant}
      actor={actor}
      path={path}
      properties={properties}
      columns={['title', 'externalId', 'format', 'languageTag', 'level', 'isActive', 'lastModifiedDateTime']}
      isSortable
      filterBar={<ProviderPicker tenant={tenant} value={provider} />}
      empty={pageTexts.contents.empty}
      create={{
        label: pageTexts.contents.create,
        properties,
        send: ({ externalId, ...body }) => {
          const key = encodeURIComponent(toKey(externalId).replaceAll("'", "''"));
          return graph(`${path}(externalId='${key}')`, { tenant, actor, method: 'PATCH', body });
        },
      }}
      update={() => properties}
      canDelete
    />
  );
}
