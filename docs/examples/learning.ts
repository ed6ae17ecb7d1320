// With the types of the package.
import { createServer } from 'vivarium';
import type { FaultOrder, Seed, ServerOptions, VivariumServer } from 'vivarium';

const seed: Seed = {
  tenants: [
    {
      id: '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10',
      displayName: 'Contoso',
      domainName: 'contoso.example',
      users: {},
      apps: {},
      providers: [{ id: '01e8f81b-3060-4dec-acf0-0389665a0a38', displayName: 'Fabrikam', contents: [] }],
    },
  ],
};
const options: ServerOptions = { http: true, seed, audiences: ['api://own'], forbiddenCode: 'forbidden' };
const busy: FaultOrder = { effect: { kind: 'error', row: 'tooManyRequests' }, calls: { first: 1 } };

export async function check(): Promise<string> {
  await using server: VivariumServer = await createServer(options);
  const fault = await server.faults.add(busy);
  const snapshot = await server.snapshot('before');
  await snapshot.restore();
  const { value } = await server.journal.query({ status: 429, limit: 1 });
  const { now } = await server.clock.advance('PT1H');
  const token: string = await server.tokenFor({ user: 'learner', scopes: ['User.Read'] });
  return [fault.id, value[0]?.refusal?.row, now, token, server.users['learner']?.id].join(' ');
}
