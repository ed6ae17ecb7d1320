/**
 * The authority's signing keys, each used for a time, and shared by all servers of a database.
 *
 * States of a key: signing, from when it is made until a look finds it `maxAgeMs` old and makes its successor; verifying,
 * for as long as a token of its own can be valid; gone, removed at the next look. The key document shows the first two. Other servers may make a successor, too, also at the same moment:
 * hence each looks into the database now and then, and when a token names a key that it has not seen. In between it may
 * sign with a key that has a successor already; the time for which older keys stay allows for that.
 */
import type { CryptoKey } from 'jose';
import { generateSigningKey, openSigningKeys } from '../auth/signing-keys.ts';
import type { PublicJwk, SigningKeys, StoredSigningKey } from '../auth/signing-keys.ts';
import type { Clock } from '../base/clock.ts';

/** How often the database is looked at while tokens are signed or keys asked for. */
const LOOK_MS = 60_000;
/** How often at most for the sake of unknown keys, which anybody can name. */
const UNKNOWN_KEY_LOOK_MS = 5_000;
/** Another server may not have seen the successor yet, and who reads a token may have a clock that is behind. */
const RETIREMENT_GRACE_MS = 300_000;

/** Where keys are kept. */
export interface KeyStore {
  listSigningKeys(): Promise<readonly StoredSigningKey[]>;
  addSigningKey(key: StoredSigningKey): Promise<void>;
  /** Notes a longer lifetime of the key's tokens than was noted before. */
  raiseTokenLifetime(keyId: string, tokenLifetimeSeconds: number): Promise<void>;
  removeSigningKey(keyId: string): Promise<void>;
}

export interface RotationOptions {
  readonly store: KeyStore;
  readonly clock: Clock;
  /** How long a key signs. */
  readonly maxAgeMs: number;
  /** Of the tokens that will be signed. */
  readonly tokenLifetimeSeconds: number;
}

export interface RotatingKeys extends Pick<SigningKeys, 'sign'> {
  /** The key document, newest key first. */
  publicJwks(): Promise<{ readonly keys: readonly PublicJwk[] }>;
  findVerificationKey(keyId: string): Promise<CryptoKey | undefined>;
}

/** What was seen at a look into the database. */
interface Seen {
  readonly keys: SigningKeys;
  readonly seenAt: number;
  /** Newest first. */
  readonly stored: readonly [StoredSigningKey, ...StoredSigningKey[]];
}

/** The keys of the database; the first one is made when there is none. */
export async function openRotatingKeys(options: RotationOptions): Promise<RotatingKeys> {
  const { clock, maxAgeMs } = options;
  let seen = await look(options);
  let looking: Promise<void> | undefined;
  const lookAgain = (): Promise<void> =>
    (looking ??= look(options, seen)
      .then((found) => void (seen = found))
      .finally(() => (looking = undefined)));
  const lookWhenOlderThan = async (ageMs: number): Promise<void> => {
    if (clock.now() - seen.seenAt >= ageMs) await lookAgain();
  };
  return {
    sign: async (claims) => {
      await lookWhenOlderThan(clock.now() - seen.stored[0].createdAt >= maxAgeMs ? 0 : LOOK_MS);
      return seen.keys.sign(claims);
    },
    publicJwks: async () => {
      await lookWhenOlderThan(LOOK_MS);
      return seen.keys.publicJwks();
    },
    findVerificationKey: async (keyId) => {
      const known = seen.keys.findVerificationKey(keyId);
      if (known !== undefined) return known;
      await lookWhenOlderThan(UNKNOWN_KEY_LOOK_MS);
      return seen.keys.findVerificationKey(keyId);
    },
  };
}

/** Reads the keys, makes one that is due, removes those that are gone. What was seen before is used where it still fits. */
async function look(options: RotationOptions, before?: Seen): Promise<Seen> {
  const { store, clock, maxAgeMs, tokenLifetimeSeconds } = options;
  const now = clock.now();
  let stored = await store.listSigningKeys();
  const [newest] = newestFirst(stored);
  if (newest === undefined || now - newest.createdAt >= maxAgeMs) {
    await store.addSigningKey({ ...(await generateSigningKey(now)), tokenLifetimeSeconds });
    stored = await store.listSigningKeys();
  } else if (newest.tokenLifetimeSeconds < tokenLifetimeSeconds) {
    await store.raiseTokenLifetime(newest.keyId, tokenLifetimeSeconds);
  }
  const kept = await removeRetired(store, newestFirst(stored), now);
  const isSame = before !== undefined && namesOf(before.stored) === namesOf(kept);
  return { stored: kept, seenAt: now, keys: isSame ? before.keys : await openSigningKeys(kept) };
}

async function removeRetired(store: KeyStore, keys: readonly StoredSigningKey[], now: number): Promise<Seen['stored']> {
  const [newest, ...older] = keys as Seen['stored'];
  const kept: StoredSigningKey[] = [];
  for (const [index, key] of older.entries()) {
    if (now >= retiresAt(key, keys[index] as StoredSigningKey)) await store.removeSigningKey(key.keyId);
    else kept.push(key);
  }
  return [newest, ...kept];
}

/** Its last token was signed when the next key came, or soon after. */
function retiresAt({ tokenLifetimeSeconds }: StoredSigningKey, successor: StoredSigningKey): number {
  return successor.createdAt + tokenLifetimeSeconds * 1000 + RETIREMENT_GRACE_MS;
}

function newestFirst(keys: readonly StoredSigningKey[]): readonly StoredSigningKey[] {
  return keys.toSorted((one, other) => other.createdAt - one.createdAt);
}

function namesOf(keys: readonly StoredSigningKey[]): string {
  return keys.map(({ keyId }) => keyId).join(' ');
}
