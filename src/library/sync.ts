/** `server.admin.sync`: the paths of sync targets as methods. */
import type { SyncCall, SyncHealth, SyncItem, SyncRun, SyncTargetStatus } from './admin-types.ts';
import type { ControlCall, ControlCaller } from './call-control.ts';
import { readWalk } from './read-walk.ts';
import type { Sync, SyncDiffSummary, SyncDifference, SyncPullSummary, SyncPulledItem } from './sync-types.ts';

const ROOT = '/sync/targets';

export function createSync({ call, stream }: ControlCaller): Sync {
  const ask = async <Answer>(order: ControlCall): Promise<Answer> => (await call(order)) as Answer;
  const list = async <Item>(order: ControlCall): Promise<readonly Item[]> =>
    (await ask<{ readonly value: readonly Item[] }>(order)).value;
  const pathOf = (target: string, word: string): string => `${ROOT}/${encodeURIComponent(target)}/${word}`;
  const post = <Answer>(target: string, word: string, json?: object): Promise<Answer> =>
    ask({ method: 'POST', path: pathOf(target, word), ...(json !== undefined && { json }) });
  const count = async (target: string, word: string, json: object): Promise<number> =>
    (await post<{ readonly items: number }>(target, word, json)).items;
  const walk = <Line, Sums>(target: string, word: string, json: object) =>
    readWalk<Line, Sums>(stream({ method: 'POST', path: pathOf(target, word), json }));
  return {
    health: (of) => list<SyncHealth>({ path: '/sync', query: { ...of } }),
    targets: () => list<SyncTargetStatus>({ path: ROOT }),
    start: (target) => post<SyncTargetStatus>(target, 'start'),
    pause: (target) => post<SyncTargetStatus>(target, 'pause'),
    run: (target, { seconds } = {}) => post<SyncRun>(target, 'run', seconds === undefined ? {} : { seconds }),
    preview: (target, query) => list<SyncCall>({ path: pathOf(target, 'preview'), query: { ...query } }),
    items: (target, query) => list<SyncItem>({ path: pathOf(target, 'items'), query: { ...query } }),
    retry: (target, which) => {
      if (which === 'all') return count(target, 'retry', { isAll: true });
      return count(target, 'retry', 'reason' in which ? { reason: which.reason } : { items: which });
    },
    skip: (target, items) => count(target, 'skip', { items }),
    replay: (target, since) => count(target, 'replay', { since }),
    registerProvider: (target, accessToken) => post(target, 'provider', { accessToken }),
    diff: async (target, { repair = false, remove = false } = {}) => {
      const { lines, summary } = await walk<SyncDifference, SyncDiffSummary>(target, 'diff', { repair, remove });
      return { differences: lines, summary };
    },
    pull: async (target, { dryRun = false } = {}) => {
      const { lines, summary } = await walk<SyncPulledItem, SyncPullSummary>(target, 'pull', { isDryRun: dryRun });
      return { items: lines, summary };
    },
  };
}
