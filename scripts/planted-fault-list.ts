/** Mistakes that a maintainer could make, each with a test that has to fail with it. */

export interface PlantedFault {
  /** Its room, and what is wrong with it. */
  readonly name: string;
  readonly file: string;
  /** What the mistake is made in: a text that the file has once. */
  readonly find: string;
  readonly replacement: string;
  /** The file of the test. */
  readonly test: string;
  /** A part of the test's full name, `describe` blocks included; without it, all tests of the file are run. */
  readonly title?: string;
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'store: $skip begins again with each step of a list',
    file: 'src/store/list-store.ts',
    find: 'toSkip -= step.skipped;',
    replacement: '',
    test: 'test/databases/store-lists.test.ts',
    title: 'sqlite',
  },
  {
    name: 'store: a step with no row left counts as if it had passed over all of $skip',
    file: 'src/store/list-store.ts',
    find: 'matching.length > 0 || skip === 0 ? skip : await countStep(walk, step)',
    replacement: 'skip',
    test: 'test/databases/store-lists.test.ts',
    title: 'sqlite',
  },
  {
    name: 'server: the log masks mail addresses with @ only',
    file: 'src/server/request-log.ts',
    find: 'const MAIL_SIGN = /@|%(?:25)*40/;',
    replacement: 'const MAIL_SIGN = /@/;',
    test: 'test/server/http.test.ts',
    title: 'the request log',
  },
  {
    name: 'server: the log masks no mail address that is encoded twice',
    file: 'src/server/request-log.ts',
    find: '(?:@|%(?:25)*40)[^',
    replacement: '(?:@|%40)[^',
    test: 'test/server/http.test.ts',
    title: 'the request log',
  },
  {
    name: 'odata: a refused method logs the path as it was sent',
    file: 'src/odata/path.ts',
    find: 'throw methodNotAllowed(node);',
    replacement: "throw new GraphError('methodNotAllowed', { logDetail: rawPath });",
    test: 'test/system/log.test.ts',
  },
  {
    name: 'odata: a body that is no JSON is quoted in the log',
    file: 'src/odata/payload.ts',
    find: "new GraphError('payloadUnreadable', { cause })",
    replacement: "new GraphError('payloadUnreadable', { cause, logDetail: String(cause) })",
    test: 'test/system/log.test.ts',
  },
  {
    name: "server: a throttle's minute goes on after the clock was set back",
    file: 'src/server/throttle.ts',
    find: 'now >= startedAt && now < startedAt + MINUTE_MS',
    replacement: 'now < startedAt + MINUTE_MS',
    test: 'test/server/clock.test.ts',
    title: 'in the minute of a throttle',
  },
  {
    name: "sandbox: a limit's window goes on after the clock was set back",
    file: 'src/sandbox/limits/limit.ts',
    find: 'now >= startedAt && now < startedAt + lengthMs',
    replacement: 'now < startedAt + lengthMs',
    test: 'test/server/limits.test.ts',
  },
  {
    name: "sandbox: an app's wait goes on after the clock was set back",
    file: 'src/sandbox/limits/limit.ts',
    find: 'now >= startedAt && now < until',
    replacement: 'now < until',
    test: 'test/server/limits.test.ts',
  },
  {
    name: 'store: a tenant that was read before all was forgotten is remembered',
    file: 'src/store/tenant-cache.ts',
    find: 'tenant !== undefined && before === forgotten',
    replacement: 'tenant !== undefined',
    test: 'test/databases/store-tenant-cache.test.ts',
  },
  {
    name: 'sandbox: states that no stale read needs are never dropped',
    file: 'src/sandbox/faults/stale-reads.ts',
    find: 'for (const view of own.slice(0, findIndex(own, lag, clock.now()))) drop(view);',
    replacement: '',
    test: 'src/sandbox/faults/stale-reads.test.ts',
  },
  {
    name: "sandbox: a tenant's states are never merged",
    file: 'src/sandbox/faults/stale-reads.ts',
    find: 'if (needed.length > MAX_VIEWS_OF_TENANT)',
    replacement: 'if (false)',
    test: 'src/sandbox/faults/stale-reads.test.ts',
  },
  {
    name: 'sandbox: all states together are one too many',
    file: 'src/sandbox/faults/stale-reads.ts',
    find: 'kept.length - MAX_VIEWS)',
    replacement: 'kept.length - MAX_VIEWS - 1)',
    test: 'src/sandbox/faults/stale-reads.test.ts',
  },
  {
    name: 'sandbox: the state from before a refused write stays',
    file: 'src/sandbox/faults/stale-reads.ts',
    find: 'else drop(view);',
    replacement: '',
    test: 'src/sandbox/faults/stale-reads.test.ts',
  },
  {
    name: 'sandbox: a state is not closed after the last read on it',
    file: 'src/sandbox/faults/stale-reads.ts',
    find: 'if (view.isDropped) close(view);',
    replacement: '',
    test: 'src/sandbox/faults/stale-reads.test.ts',
  },
  {
    name: 'sandbox: a state is closed under a read that runs on it',
    file: 'src/sandbox/faults/stale-reads.ts',
    find: 'if (view.users > 0) return;',
    replacement: '',
    test: 'src/sandbox/faults/stale-reads.test.ts',
  },
  {
    name: 'sandbox: states stay when the fault that reads them is switched off',
    file: 'src/sandbox/faults/faults.ts',
    find: 'onChanged: forgetUnread',
    replacement: 'onChanged: () => {}',
    test: 'test/databases/stale-reads.test.ts',
    title: 'on sqlite',
  },
];
