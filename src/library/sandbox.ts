/** The control API as methods of a server. */
import type {
  ClockDescription,
  Fault,
  FaultPreset,
  Inbox,
  InboxRequest,
  JournalEntry,
  JournalPage,
  JournalVerification,
  Limit,
  SnapshotDescription,
} from './control-types.ts';
import type { CallControl, ControlCall } from './call-control.ts';
import type { Clock, Faults, Inboxes, Journal, Limits, Moment, Sandbox } from './server.ts';

/** Types of answers are taken at their word: they are printed from the schemas that make them. */
export function createSandbox(call: CallControl, refresh: () => Promise<void>): Sandbox {
  const change = async (order: ControlCall): Promise<void> => {
    await call({ method: 'POST', ...order });
    await refresh();
  };
  const restore = (name: string): Promise<void> => change({ path: `/snapshots/${encodeURIComponent(name)}/restore` });
  return {
    reset: (tenant) => change({ path: '/reset', json: { tenant } }),
    // JSON is YAML.
    reseed: (seed) => {
      const value = typeof seed === 'string' ? seed : JSON.stringify(seed);
      return change({ path: '/seed', text: { type: 'application/yaml', value } });
    },
    snapshot: async (name, tenant) => {
      const made = await call({ method: 'POST', path: '/snapshots', json: { name, tenant } });
      return { ...(made as SnapshotDescription), restore: () => restore(name) };
    },
    restore,
    faults: createFaults(call),
    limits: createLimits(call),
    journal: createJournal(call),
    inboxes: createInboxes(call),
    clock: createClock(call),
    seedIds: async (seed) => {
      await call({ method: 'PUT', path: '/ids', json: { seed } });
    },
  };
}

function createFaults(call: CallControl): Faults {
  const pathOf = (id: string): string => `/faults/${encodeURIComponent(id)}`;
  return {
    add: async (order) => (await call({ method: 'POST', path: '/faults', json: order })) as Fault,
    list: async () => listOf(await call({ path: '/faults' })) as readonly Fault[],
    get: async (id) => (await call({ path: pathOf(id) })) as Fault,
    setEnabled: async (id, enabled) => (await call({ method: 'PATCH', path: pathOf(id), json: { enabled } })) as Fault,
    remove: async (id) => {
      await call({ method: 'DELETE', path: pathOf(id) });
    },
    clear: async () => {
      await call({ method: 'DELETE', path: '/faults' });
    },
    listPresets: async () => listOf(await call({ path: '/fault-presets' })) as readonly FaultPreset[],
  };
}

function createLimits(call: CallControl): Limits {
  return {
    add: async (order) => (await call({ method: 'POST', path: '/limits', json: order })) as Limit,
    list: async () => listOf(await call({ path: '/limits' })) as readonly Limit[],
    remove: async (id) => {
      await call({ method: 'DELETE', path: `/limits/${encodeURIComponent(id)}` });
    },
    clear: async () => {
      await call({ method: 'DELETE', path: '/limits' });
    },
  };
}

function createJournal(call: CallControl): Journal {
  const verify = async (order: unknown): Promise<JournalVerification> =>
    (await call({ method: 'POST', path: '/journal/verify', json: order })) as JournalVerification;
  return {
    query: async (query) => (await call({ path: '/journal', query: { ...query } })) as JournalPage,
    get: async (id) => (await call({ path: `/journal/${id}` })) as JournalEntry,
    verify,
    verifyNoneBut: (allow, after) => verify({ unexpected: true, allow, after }),
    curl: async (id) => (await call({ path: `/journal/${id}/curl` })) as string,
    har: (query) => call({ path: '/journal.har', query: { ...query } }),
    clear: async () => {
      await call({ method: 'DELETE', path: '/journal' });
    },
  };
}

function createInboxes(call: CallControl): Inboxes {
  const pathOf = (name: string): string => `/inboxes/${encodeURIComponent(name)}`;
  return {
    list: async () => listOf(await call({ path: '/inboxes' })) as readonly Inbox[],
    get: async (name) => (await call({ path: pathOf(name) })) as Inbox,
    change: async (name, change) => (await call({ method: 'PATCH', path: pathOf(name), json: change })) as Inbox,
    requests: async (name, query) =>
      listOf(await call({ path: `${pathOf(name)}/requests`, query: { ...query } })) as readonly InboxRequest[],
    remove: async (name) => {
      await call({ method: 'DELETE', path: pathOf(name) });
    },
    clear: async () => {
      await call({ method: 'DELETE', path: '/inboxes' });
    },
  };
}

function createClock(call: CallControl): Clock {
  const change = async (json: unknown): Promise<ClockDescription> =>
    (await call({ method: 'PATCH', path: '/clock', json })) as ClockDescription;
  return {
    show: async () => (await call({ path: '/clock' })) as ClockDescription,
    freeze: (at) => change(at === undefined ? { mode: 'frozen' } : { frozenAt: textOf(at) }),
    set: (at) => change({ now: textOf(at) }),
    advance: async (by) => {
      const json = { by: typeof by === 'number' ? { ms: by } : by };
      return (await call({ method: 'POST', path: '/clock/advance', json })) as ClockDescription;
    },
    run: (factor) => change({ factor }),
    real: () => change({ mode: 'real' }),
  };
}

function textOf(moment: Moment): string {
  return typeof moment === 'string' ? moment : moment.toISOString();
}

function listOf(answer: unknown): readonly unknown[] {
  return (answer as { readonly value: readonly unknown[] }).value;
}
