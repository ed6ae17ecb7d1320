/** Which page an address shows, and what of it the query part may hold: filters and places are in the address. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './shell/shell.tsx';
import { Failure } from './parts/states.tsx';
import { NotFound } from './shell/not-found.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

function pick<Name extends string>(...names: readonly Name[]) {
  return (search: Record<string, unknown>): { readonly [Key in Name]?: string } => {
    const known = names.filter((name) => search[name] !== undefined && search[name] !== '');
    return Object.fromEntries(known.map((name) => [name, String(search[name])])) as { [Key in Name]?: string };
  };
}

const list = pick('provider', 'filter', 'order', 'page', 'open');

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/home.tsx'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/overview',
    validateSearch: pick('provider'),
    component: lazyRouteComponent(() => import('./pages/overview.tsx'), 'Overview'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/imports',
    validateSearch: pick('tab', 'open'),
    component: lazyRouteComponent(() => import('./pages/imports.tsx'), 'Imports'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sync',
    validateSearch: pick('tab', 'open'),
    component: lazyRouteComponent(() => import('./pages/sync.tsx'), 'Sync'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/notifications',
    validateSearch: pick('open'),
    component: lazyRouteComponent(() => import('./pages/notifications.tsx'), 'Notifications'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    validateSearch: pick('open'),
    component: lazyRouteComponent(() => import('./pages/webhooks.tsx'), 'Webhooks'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants',
    validateSearch: pick('open'),
    component: lazyRouteComponent(() => import('./pages/tenants.tsx'), 'Tenants'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/backups',
    component: lazyRouteComponent(() => import('./pages/backups.tsx'), 'Backups'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    validateSearch: pick('open', 'kind', 'operation', 'item', 'actor', 'from', 'until', 'before'),
    component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'Audit'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/my',
    validateSearch: pick('user'),
    component: lazyRouteComponent(() => import('./pages/my.tsx'), 'MyLearning'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/providers',
    validateSearch: list,
    component: lazyRouteComponent(() => import('./pages/providers.tsx'), 'Providers'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/contents',
    validateSearch: list,
    component: lazyRouteComponent(() => import('./pages/contents.tsx'), 'Contents'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/activities',
    validateSearch: list,
    component: lazyRouteComponent(() => import('./pages/activities.tsx'), 'Activities'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/learners',
    validateSearch: list,
    component: lazyRouteComponent(() => import('./pages/learners.tsx'), 'Learners'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/explorer',
    validateSearch: pick('method', 'url', 'body'),
    component: lazyRouteComponent(() => import('./pages/explorer.tsx'), 'Explorer'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/journal',
    validateSearch: pick('text', 'kind', 'status', 'open'),
    component: lazyRouteComponent(() => import('./pages/journal.tsx'), 'Journal'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sandbox',
    validateSearch: pick('tab', 'open'),
    component: lazyRouteComponent(() => import('./pages/sandbox.tsx'), 'Sandbox'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/access',
    validateSearch: pick('open'),
    component: lazyRouteComponent(() => import('./pages/access.tsx'), 'Access'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error }) => <Failure problem={error} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
