/** Every route of the admin API, by subject. */
import type { ControlRoute } from '../control/route.ts';
import { appRoutes } from './app-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { backupRoutes } from './backup-routes.ts';
import type { AdminContext } from './context.ts';
import { exportRoutes } from './export-routes.ts';
import { credentialRoutes } from './credential-routes.ts';
import { importHelpRoutes } from './import-help-routes.ts';
import { importRoutes } from './import-routes.ts';
import { learnerRoutes } from './learner-routes.ts';
import { myRoutes } from './my-routes.ts';
import { outwardDiffRoutes } from './outward-diff-routes.ts';
import { outwardRoutes } from './outward-routes.ts';
import { outwardRunRoutes } from './outward-run-routes.ts';
import { overviewRoutes } from './overview-routes.ts';
import { retentionRoutes } from './retention-routes.ts';
import { scimRoutes } from './scim-routes.ts';
import { seedRoutes } from './seed-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { adminStatusRoutes } from './status-routes.ts';
import { subscriptionRoutes } from './subscription-routes.ts';
import { syncRoutes } from './sync-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { userRoutes } from './user-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const SUBJECTS: readonly ((context: AdminContext) => readonly ControlRoute[])[] = [
  adminStatusRoutes,
  tenantRoutes,
  userRoutes,
  appRoutes,
  scimRoutes,
  credentialRoutes,
  seedRoutes,
  sessionRoutes,
  myRoutes,
  overviewRoutes,
  syncRoutes,
  outwardRoutes,
  outwardRunRoutes,
  outwardDiffRoutes,
  importHelpRoutes,
  importRoutes,
  exportRoutes,
  subscriptionRoutes,
  webhookRoutes,
  learnerRoutes,
  backupRoutes,
  retentionRoutes,
  auditRoutes,
];

export function adminRoutes(context: AdminContext): readonly ControlRoute[] {
  return SUBJECTS.flatMap((routesOf) => routesOf(context));
}
