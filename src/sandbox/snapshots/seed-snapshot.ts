/** What resets go back to: a snapshot like others, but without a name. */
import type { Clock } from '../../lib/clock.ts';
import type { SqlConnection, Write } from '../../store/connection.ts';
import type { SnapshotRecord, SnapshotStore } from '../../store/snapshot-store.ts';

export const SEED: Pick<SnapshotRecord, 'id' | 'name' | 'tenantId'> = { id: 0, name: '', tenantId: undefined };

export interface SeedSnapshotOptions {
  readonly connection: SqlConnection;
  readonly store: SnapshotStore;
  readonly clock: Clock;
}

/** Takes the data as it is for what resets go back to. */
export async function saveSeedSnapshot({ connection, store, clock }: SeedSnapshotOptions): Promise<void> {
  await connection.write(seedSnapshotWrites(store, clock));
}

/** To be stored behind what it is to keep. */
export function seedSnapshotWrites(store: SnapshotStore, clock: Clock): readonly Write[] {
  const record = store.record({ ...SEED, schemaName: store.schemaName, createdAt: clock.now() }, {});
  return [...store.forget(SEED.id), record, ...store.keep(SEED.id)];
}
