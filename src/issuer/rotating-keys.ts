/**
 * The authority's signing keys, each used for a time, and shared by all servers of a database.
 *
 * States of a key: announced, from when a look finds the newest key `maxAgeMs` old and makes its successor; signing, once
 * every server has had the time to see it; verifying, from when its own successor signs, for as long as a token of its
 * own can be valid; gone, removed at the next look. The key document shows all but the last. A first key signs at once.
 * Several servers may find a successor due at the same moment: the store keeps one. Each looks into the database now and
 * then, and when a token names a key that it has not seen; in between it may sign with a key whose successor has begun
 * elsewhere, which the time for which older keys stay allows for.
 */
import type { CryptoKey } from 'jose';
import { openSigningKeys } from '../auth/signing-keys.ts';
import type { PublicJwk, SigningKeys, StoredSigningKey } from '../auth/signing-keys.ts';
import type { Clock } from '../lib/clock.ts';

/** How often the database is looked at while tokens are signed, verified or keys asked for. */
const LOOK_MS = 60_000;
/** How long a successor is shown before it signs: several looks of every server, and time for who reads the key document. */
const ANNOUNCEMENT_MS = 300_000;
/** How often at most for the sake of unknown keys, which anybody can name. */
const UNKNOWN_KEY_LOOK_MS = 5_000;
/** Clocks of servers differ, and who reads a token may have one that is behind. */
const RETIREMENT_GRACE_MS = 300_000;

/** Where keys are kept. */
export interface KeyStore {
  listSigningKeys(): Promise<readonly StoredSigningKey[]>;
  /** Does nothing when the key that it follows has a successor already; without one, when there has been a first key. */
  addSigningKey(key: StoredSigningKey, followsKeyId: string | undefined): Promise<void>;
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
  /** A fresh key; `now` is epoch milliseconds. */
  readonly makeKey: (now: number) => Promise<StoredSigningKey>;
}

export interface RotatingKeys extends Pick<SigningKeys, 'sign'> {
  /** The key document, newest key first. */
  publicJwks(): Promise<{ readonly keys: readonly PublicJwk[] }>;
  findVerificationKey(keyId: string): Promise<CryptoKey | undefined>;
}

/** What was seen at a look into the database. */
interface Seen {
  readonly keys: SigningKeys;
  /** The one of them that signs. */
  readonly signer: StoredSigningKey;
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
  // A clock that was set back makes what was seen as old as one that ran on.
  const lookWhenOlderThan = async (ageMs: number): Promise<void> => {
    if (Math.abs(clock.now() - seen.seenAt) >= ageMs) await lookAgain();
  };
  const hasOtherTime = (now: number): boolean =>
    now - seen.stored[0].createdAt >= maxAgeMs || signerAt(seen.stored, now).keyId !== seen.signer.keyId;
  return {
    sign: async (claims) => {
      await lookWhenOlderThan(hasOtherTime(clock.now()) ? 0 : LOOK_MS);
      return seen.keys.sign(claims);
    },
    publicJwks: async () => {
      await lookWhenOlderThan(LOOK_MS);
      return seen.keys.publicJwks();
    },
    findVerificationKey: async (keyId) => {
      // A key that was taken out of the database stops counting.
      await lookWhenOlderThan(LOOK_MS);
      const known = seen.keys.findVerificationKey(keyId);
      if (known !== undefined) return known;
      await lookWhenOlderThan(UNKNOWN_KEY_LOOK_MS);
      return seen.keys.findVerificationKey(keyId);
    },
  };
}

/** Reads the keys, makes one that is due, removes those that are gone. What was seen before is used where it still fits. */
async function look(options: RotationOptions, before?: Seen): Promise<Seen> {
  const { store, clock, maxAgeMs, tokenLifetimeSeconds, makeKey } = options;
  const now = clock.now();
  let stored = await store.listSigningKeys();
  const [newest] = newestFirst(stored);
  if (newest === undefined || now - newest.createdAt >= maxAgeMs) {
    await store.addSigningKey({ ...(await makeKey(now)), tokenLifetimeSeconds }, newest?.keyId);
    stored = await store.listSigningKeys();
  }
  const kept = await removeRetired(store, newestFirst(stored), now);
  const signer = signerAt(kept, now);
  // The one that signs, and the one that will.
  for (const key of new Set([signer, kept[0]])) {
    if (key.tokenLifetimeSeconds < tokenLifetimeSeconds)
      await store.raiseTokenLifetime(key.keyId, tokenLifetimeSeconds);
  }
  const isSame = before?.signer.keyId === signer.keyId && namesOf(before.stored) === namesOf(kept);
  return { stored: kept, signer, seenAt: now, keys: isSame ? before.keys : await openSigningKeys(kept, signer) };
}

/** The newest key that has been announced for long enough; the oldest one while there is none. */
function signerAt(stored: Seen['stored'], now: number): StoredSigningKey {
  return stored.find(({ createdAt }) => now - createdAt >= ANNOUNCEMENT_MS) ?? stored.at(-1) ?? stored[0];
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

/** Its last token was signed when the next key began to sign, or soon after. */
function retiresAt({ tokenLifetimeSeconds }: StoredSigningKey, successor: StoredSigningKey): number {
  return successor.createdAt + ANNOUNCEMENT_MS + tokenLifetimeSeconds * 1000 + RETIREMENT_GRACE_MS;
}

function newestFirst(keys: readonly StoredSigningKey[]): readonly StoredSigningKey[] {
  return keys.toSorted((one, other) => other.createdAt - one.createdAt);
}

function namesOf(keys: readonly StoredSigningKey[]): string {
  return keys.map(({ keyId }) => keyId).join(' ');
}
