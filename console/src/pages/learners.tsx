import { Button } from '@fluentui/react-components';
import { TaskListLtrRegular } from '@fluentui/react-icons/svg/task-list-ltr';
import { Link } from '@tanstack/react-router';
import type { PropertyRow } from '../../../src/model/rows.ts';
import { propertiesOf } from '../api/model.ts';
import { graph } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { useTenant } from '../api/tenant.ts';
import { EntityList } from '../parts/entity-list.tsx';
import { Licences } from '../parts/licences.tsx';
import { Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const actor = { kind: 'application' } as const;
/** What a form can show; licences have a part of their own, and a password is never answered. */
const properties = propertiesOf('user').filter(({ type }) => type.startsWith('Edm.'));
/** Of the browser, whose language may be no tag that Intl knows. */
const REGION = /-([A-Z]{2})\b/.exec(navigator.language)?.[1] ?? 'US';
const password: PropertyRow = {
  name: 'password',
  type: 'Edm.String',
  nullable: false,
  onCreate: 'required',
  onUpdate: 'fixed',
  source: 'resources/passwordprofile',
};

export function Learners() {
  const tenant = useTenant()?.id;
  const isAdministrator = useSession()?.role === 'administrator';
  if (tenant === undefined) return <Loading />;
  return (
    <EntityList
      title={texts.sections.learners}
      lead={pageTexts.learners.lead}
      tenant={tenant}
      actor={actor}
      path="/users"
      properties={properties}
      select={properties.map(({ name }) => name)}
      columns={['displayName', 'userPrincipalName', 'mail', 'employeeId', 'accountEnabled', 'id']}
      isSortable
      empty={pageTexts.learners.empty}
      {...(isAdministrator && {
        create: {
          label: pageTexts.learners.create,
          properties: [...properties, password],
          // Licences are assigned only where the place is known.
          initial: { accountEnabled: true, usageLocation: REGION },
          send: ({ password: text, ...body }: Readonly<Record<string, unknown>>) =>
            graph('/users', {
              tenant,
              actor,
              method: 'POST',
              body: { ...body, passwordProfile: { password: text, forceChangePasswordNextSignIn: false } },
            }),
        },
        update: () => properties,
        canDelete: true,
      })}
      detailContent={({ id }) => <Licences tenant={tenant} user={id} />}
      detailActions={({ id }) => (
        <>
          <Link to="/activities" search={{ filter: `learnerUserId eq '${id}'` }}>
            <Button icon={<TaskListLtrRegular />}>{texts.sections.activities}</Button>
          </Link>
          <Link to="/my" search={{ user: id }}>
            <Button>{pageTexts.learners.view}</Button>
          </Link>
        </>
      )}
    />
  );
}
