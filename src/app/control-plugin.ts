/** The route of a control API on a server. */
import type { ControlApi } from '../control/api.ts';
import { registerControlRoutes } from '../server/control-route.ts';
import type { ControlRootPath } from '../server/control-route.ts';
import type { HttpPlugin } from '../server/server.ts';

/** @param findApi loads it with the first request */
export function controlPlugin(root: ControlRootPath, findApi: () => Promise<ControlApi>): HttpPlugin {
  return async (app, work) => app.register(registerControlRoutes, { ...work, root, findApi });
}
