/** The admin API's paths for a person who has signed in, about themselves. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import type { Statement } from '../store/connection.ts';
import type { AdminContext } from './context.ts';

const closed = { additionalProperties: false } as const;

const CONTENT = Type.Object(
  { id: Type.String(), title: Type.String(), contentWebUrl: Type.String() },
  { ...closed, description: 'What there is to learn, and where.' },
);

/** The Graph API shows contents to apps alone. */
const OWN_CONTENTS: Statement = {
  name: 'contentsOfLearner',
  sql: `select guid_text(c.learning_content_id) as id, c.title, c.content_web_url from learning_content c
where c.tenant_id = :tenant_id and c.learning_content_id in (
  select a.learning_content_id from learning_course_activity a
  where a.tenant_id = :tenant_id and a.learner_user_id = :learner_user_id)`,
};

export function myRoutes({ directory, connection }: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listMyContents',
      method: 'GET',
      path: '/my/contents',
      role: 'learner',
      summary: 'Lists the contents that activities of the person who has signed in are about.',
      answer: {
        status: 200,
        description: 'The contents.',
        schema: Type.Object({ value: Type.Array(CONTENT) }, closed),
      },
      run: async ({ holder: { person } }) => {
        const tenant = person && (await directory.findTenant(person.tenantId));
        if (person === undefined || tenant === undefined)
          throw new ControlError(403, 'This is for people who sign in.');
        const { guid } = connection.dialect.columns;
        const params = { tenant_id: tenant.key, learner_user_id: guid.encode(person.userId) };
        const rows = await connection.read(OWN_CONTENTS, params);
        const value = rows.map(({ id = null, title, content_web_url: contentWebUrl }) => ({
          ...{ id: guid.decode(id), title, contentWebUrl },
        }));
        return { body: { value } };
      },
    }),
  ];
}
