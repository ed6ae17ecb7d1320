import { Button } from '@fluentui/react-components';
import { TaskListLtrRegular } from '@fluentui/react-icons/svg/task-list-ltr';
import { Link } from '@tanstack/react-router';
import { propertiesOf } from '../api/model.ts';
import { useTenant } from '../api/tenant.ts';
import { EntityList } from '../parts/entity-list.tsx';
import { Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const properties = propertiesOf('user');
const actor = { kind: 'application' } as const;

export function Learners() {
  const tenant = useTenant()?.id;
  if (tenant === undefined) return <Loading />;
  return (
    <EntityList
      title={texts.sections.learners}
      lead={texts.learners.lead}
      tenant={tenant}
      actor={actor}
      path="/users"
      properties={properties}
      columns={['displayName', 'userPrincipalName', 'mail', 'id']}
      isSortable
      empty={texts.learners.empty}
      detailActions={({ id }) => (
        <>
          <Link to="/activities" search={{ filter: `learnerUserId eq '${id}'` }}>
            <Button icon={<TaskListLtrRegular />}>{texts.sections.activities}</Button>
          </Link>
          <Link to="/my" search={{ user: id }}>
            <Button>{texts.learners.view}</Button>
          </Link>
        </>
      )}
    />
  );
}
