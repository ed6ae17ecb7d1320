/** The admin API as methods of a server. */
import type { AdminStatus, TenantDescription } from './admin-types.ts';
import type { CallControl } from './call-control.ts';
import type { Admin } from './server.ts';

/** Types of answers are taken at their word: they are printed from the schemas that make them. */
export function createAdmin(call: CallControl): Admin {
  return {
    status: async () => (await call({ path: '/status' })) as AdminStatus,
    tenants: {
      list: async () => listOf(await call({ path: '/tenants' })) as readonly TenantDescription[],
    },
  };
}

function listOf(answer: unknown): readonly unknown[] {
  return (answer as { readonly value: readonly unknown[] }).value;
}
