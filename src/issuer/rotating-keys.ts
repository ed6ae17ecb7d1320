/**
 * The authority's signing keys, each used for a time.
 *
 * States of a key: signing, from when it is made until its age is `maxAgeMs` and a token is to be signed, whereupon its
 * successor is made; verifying, for as long as a token of its own can be valid; gone, removed from the database at the
 * next rotation or start. The key document shows the first two. A clock that goes back keeps what is there.
 */
import { generateSigningKey, openSigningKeys } from '../auth/signing-keys.ts';
import type { SigningKeys, StoredSigningKey } from '../auth/signing-keys.ts';
import type { Clock } from '../base/clock.ts';

/** Who reads a token may have a clock that is behind. */
const SKEW_MS = 300_000;

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

interface Open {
  readonly keys: SigningKeys;
  /** Of the key that signs, epoch milliseconds. */
  readonly createdAt: number;
  /** When each older key may go, by id. */
  readonly retiring: ReadonlyMap<string, number>;
}

/** The keys of the database; the first one is made when there is none. */
export async function openRotatingKeys(options: RotationOptions): Promise<SigningKeys> {
  const { clock, maxAgeMs } = options;
  const isDue = ({ createdAt }: Open): boolean => clock.now() - createdAt >= maxAgeMs;
  let open = await reopen(options);
  let rotation: Promise<void> | undefined;
  const rotate = async (): Promise<void> => {
    try {
      await addKey(options);
      open = await reopen(options);
    } finally {
      rotation = undefined;
    }
  };
  return {
    sign: async (claims) => {
      if (isDue(open)) await (rotation ??= rotate());
      return open.keys.sign(claims);
    },
    publicJwks: () => {
      const { keys } = open.keys.publicJwks();
      return { keys: keys.filter(({ kid }) => clock.now() < (open.retiring.get(kid) ?? Infinity)) };
    },
    findVerificationKey: (keyId) => open.keys.findVerificationKey(keyId),
  };
}

async function addKey({ store, clock, tokenLifetimeSeconds }: RotationOptions): Promise<void> {
  await store.addSigningKey({ ...(await generateSigningKey(clock.now())), tokenLifetimeSeconds });
}

async function reopen(options: RotationOptions): Promise<Open> {
  const { store, clock, tokenLifetimeSeconds } = options;
  const known = await store.listSigningKeys();
  if (known.length === 0) await addKey(options);
  const stored = known.length === 0 ? await store.listSigningKeys() : known;
  const newestFirst = stored.toSorted((one, other) => other.createdAt - one.createdAt);
  const [newest] = newestFirst as [StoredSigningKey, ...StoredSigningKey[]];
  await store.raiseTokenLifetime(newest.keyId, tokenLifetimeSeconds);
  const retiring = new Map(
    newestFirst.slice(1).map((key, index) => [key.keyId, retiresAt(key, newestFirst[index] as StoredSigningKey)]),
  );
  const gone = newestFirst.filter(({ keyId }) => clock.now() >= (retiring.get(keyId) ?? Infinity));
  for (const { keyId } of gone) await store.removeSigningKey(keyId);
  const kept = newestFirst.filter((key) => !gone.includes(key));
  return { keys: await openSigningKeys(kept), createdAt: newest.createdAt, retiring };
}

/** Its last token was signed when the next key came, at the latest. */
function retiresAt({ tokenLifetimeSeconds }: StoredSigningKey, successor: StoredSigningKey): number {
  return successor.createdAt + tokenLifetimeSeconds * 1000 + SKEW_MS;
}
