/**
 * The keys of another issuer, as they were last fetched from it.
 *
 * A set is empty until the first fetch, then fresh, and stale after {@link KEY_LIFETIME_MS}. A key that is in the set is
 * given at once; when the set is stale, it is fetched anew behind that answer. A key that is not in the set is waited for:
 * the fetch under way is joined, or a new one is begun, unless one ended too short ago. So an issuer that cannot be reached
 * costs nobody a key that is known, an unknown key id costs it one fetch in a while, however many tokens name it or
 * others, and at most one fetch is under way. A withdrawn key is gone with the next fetch that succeeds.
 */
import type { Clock } from '../lib/clock.ts';
import { fetchKeys } from './fetch-keys.ts';
import type { KeySet, KeySource } from './fetch-keys.ts';
import type { PublishedKey } from './trusted-issuers.ts';

const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000;
/** An issuer that is back should not have to wait long for its tokens to be accepted. */
const RETRY_MS = 30_000;

export interface RemoteKeysOptions {
  readonly source: KeySource;
  /** Only its differences count, so that it need not show the time of day. */
  readonly clock: Clock;
  /** From one fetch to the next one for a key that is not in the set. */
  readonly floorMs: number;
  /** For one fetch as a whole. */
  readonly timeoutMs: number;
  readonly onFetched: (keyCount: number) => void;
  readonly onFailed: (cause: unknown) => void;
}

export class RemoteKeys implements AsyncDisposable {
  readonly #options: RemoteKeysOptions;
  readonly #closing = new AbortController();
  #keys: KeySet = new Map();
  #staleAt = -Infinity;
  /** Before this no fetch begins. */
  #restsUntil = -Infinity;
  #fetching: Promise<void> | undefined;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /** The keys with this id; none when the issuer has none, or cannot be asked. Never rejects. */
  async find(keyId: string): Promise<readonly PublishedKey[]> {
    const known = this.#keys.get(keyId);
    if (known === undefined) await this.#fetch();
    else if (this.#options.clock.now() >= this.#staleAt) void this.#fetch();
    return known ?? this.#keys.get(keyId) ?? [];
  }

  /** Breaks off a fetch that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    const isResting = this.#options.clock.now() < this.#restsUntil || this.#closing.signal.aborted;
    if (this.#fetching === undefined && !isResting) this.#fetching = this.#fetchOnce();
    await this.#fetching;
  }

  async #fetchOnce(): Promise<void> {
    const { source, clock, floorMs, timeoutMs, onFetched, onFailed } = this.#options;
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]);
      this.#keys = await fetchKeys(source, signal);
      this.#staleAt = clock.now() + KEY_LIFETIME_MS;
      this.#restsUntil = clock.now() + floorMs;
      onFetched(this.#keys.size);
    } catch (cause) {
      this.#restsUntil = clock.now() + Math.min(floorMs, RETRY_MS);
      if (!this.#closing.signal.aborted) onFailed(cause);
    } finally {
      this.#fetching = undefined;
    }
  }
}
