/** What is done to a server and its database while it writes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { startBreakingProxy } from '../../test/support/breaking-proxy.ts';
import type { BreakingProxy } from '../../test/support/breaking-proxy.ts';
import { createOwnDatabase } from '../../test/support/postgres.ts';
import type { PostgresServer } from '../../test/support/postgres-server.ts';
import type { ServerProcess } from '../../test/support/server-process.ts';
import { fillDisk, freeze, lockFile, makeReadOnly } from '../../test/support/trouble.ts';

export interface Bed {
  readonly folder: string;
  readonly server: ServerProcess;
}

export interface Trouble {
  readonly what: string;
  readonly rounds: number;
  /** Flags of the server; opens what it needs. */
  prepare?(open: AsyncDisposableStack, folder: string): Promise<readonly string[]>;
  /** Whether the server ends and is started again. */
  readonly endsServer?: boolean;
  /** Begins, and gives what ends it. */
  begin(bed: Bed): Promise<() => unknown>;
}

const HOLD_MS = 2000;
const SIGNALS = { SIGKILL: 'The server is killed (SIGKILL)', SIGTERM: 'The server is stopped (SIGTERM)' } as const;

function endOfServer(signal: keyof typeof SIGNALS, rounds: number): Trouble {
  const begin = async ({ server }: Bed): Promise<() => void> => {
    server.signal(signal);
    await server.exited;
    return () => undefined;
  };
  return { what: SIGNALS[signal], rounds, endsServer: true, begin };
}

/** Begins, holds for a while, and leaves the end to the run. */
function held(what: string, begin: (bed: Bed) => (() => unknown) | Promise<() => unknown>): Trouble {
  return {
    what,
    rounds: 3,
    begin: async (bed) => {
      const end = await begin(bed);
      await pause(HOLD_MS);
      return end;
    },
  };
}

const DISK_MB = 16;

/** A file system of its own, on which another file takes what is left. */
function fullDisk(): Trouble {
  return {
    ...held('The disk is full', ({ folder }) => {
      const filler = join(folder, 'filler');
      execFileSync('sh', ['-c', 'head -c $1 /dev/zero > $0 || true', filler, `${DISK_MB}M`], { stdio: 'ignore' });
      return () => rmSync(filler);
    }),
    prepare: async (open, folder) => {
      mkdirSync(folder, { mode: 0o700 });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=700`, 'tmpfs', folder]);
      open.defer(() => void execFileSync('umount', ['--lazy', folder]));
      return [];
    },
  };
}

export const SQLITE_TROUBLES: readonly Trouble[] = [
  endOfServer('SIGKILL', 10),
  endOfServer('SIGTERM', 5),
  held('The disk returns errors for what makes a file larger', ({ server, folder }) => fillDisk(server, folder)),
  // Only root may mount.
  ...(process.getuid?.() === 0 ? [fullDisk()] : []),
  held('Another process holds the write lock', ({ folder }) => lockFile(folder)),
];

export function listPostgresTroubles(postgres: PostgresServer): readonly Trouble[] {
  const onDatabase = async (open: AsyncDisposableStack): Promise<URL> =>
    new URL(open.use(await createOwnDatabase(postgres.url)).url);
  const flagsFor = (url: URL): readonly string[] => ['--database', url.href, '--migrate-at-start'];
  const prepare: Trouble['prepare'] = async (open) => flagsFor(await onDatabase(open));
  const stop = (mode: 'fast' | 'immediate') => async () => {
    await postgres.stop(mode);
    return () => postgres.start();
  };
  let proxy: BreakingProxy;
  return [
    { ...endOfServer('SIGKILL', 10), prepare },
    { ...held('PostgreSQL is ended at once, as when the power goes', stop('immediate')), prepare },
    { ...held('PostgreSQL is restarted', stop('fast')), prepare },
    { ...held('PostgreSQL is frozen (SIGSTOP)', () => freeze(postgres)), prepare },
    { ...held('PostgreSQL becomes read-only', () => makeReadOnly(postgres)), prepare },
    {
      what: 'The connection breaks after a write was stored and before its answer',
      rounds: 10,
      prepare: async (open) => {
        const url = await onDatabase(open);
        proxy = open.use(await startBreakingProxy(url.hostname, Number(url.port)));
        url.port = String(proxy.port);
        return flagsFor(url);
      },
      begin: async () => {
        await proxy.breakAt('INSERT 0 ');
        return () => undefined;
      },
    },
  ];
}
