/** Names for ids: learners and contents, asked for once, in batches. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { graph, graphEach } from './server.ts';
import type { Page } from './server.ts';

export interface User {
  readonly id: string;
  readonly displayName: string | null;
  readonly userPrincipalName: string;
  readonly mail?: string | null;
}

export interface Provider {
  readonly id: string;
  readonly displayName: string;
  readonly isCourseActivitySyncEnabled: boolean | null;
}

export interface Content {
  readonly id: string;
  readonly title: string;
  readonly contentWebUrl: string;
  readonly externalId: string;
}

const MOST = 999;
const KEPT_MS = 60_000;

const providersOf = (tenant: string) =>
  queryOptions({
    queryKey: ['graph', tenant, 'providers'],
    queryFn: async () =>
      (
        await graph<Page<Provider>>(`/employeeExperience/learningProviders?$top=${MOST}&$orderby=displayName`, {
          tenant,
          actor: { kind: 'delegated' },
        })
      ).value,
    staleTime: KEPT_MS,
  });

export function useProviders(tenant: string, isWanted = true): readonly Provider[] | undefined {
  return useQuery({ ...providersOf(tenant), enabled: isWanted }).data;
}

export const usersOf = (tenant: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['graph', tenant, 'names', 'users', ...ids],
    queryFn: async () => {
      const found = await graphEach<User>(
        ids.map((id) => `/users/${id}`),
        { tenant },
      );
      return new Map([...found.values()].map((user) => [user.id, user]));
    },
    enabled: ids.length > 0,
    staleTime: KEPT_MS,
  });

export const contentsOf = (
  tenant: string,
  places: readonly { readonly provider: string; readonly content: string }[],
) =>
  queryOptions({
    queryKey: ['graph', tenant, 'names', 'contents', ...places.map(({ content }) => content)],
    queryFn: async () => {
      const paths = places.map(
        ({ provider, content }) => `/employeeExperience/learningProviders/${provider}/learningContents/${content}`,
      );
      const found = await graphEach<Content>(paths, { tenant });
      return new Map([...found.values()].map((content) => [content.id, content]));
    },
    enabled: places.length > 0,
    staleTime: KEPT_MS,
  });

/** In a steady order, so that the same ids are the same question. */
export function distinct(ids: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))].toSorted();
}
