/** What a client's file gives: cases, each a sentence that the unmodified client shows to be true. */
import type { Scene } from './scene.ts';

export interface Suite {
  /** The package, or the program, as its users call it. */
  readonly client: string;
  cases(scene: Scene): Cases;
}

/**
 * By title, run one after the other. A title begins with the requirements that it shows: T transport, P paths, B bodies,
 * O answers, E errors, A batches, K tokens, I the token endpoint. docs/clients/README.md says what each asks for.
 */
export type Cases = Readonly<Record<string, () => Promise<void>>>;

/** How a case ended, as the process of its client tells it. */
export type Outcome =
  | { readonly kind: 'passed'; readonly title: string }
  | { readonly kind: 'failed'; readonly title: string; readonly reason: string }
  | { readonly kind: 'left out'; readonly title: string; readonly reason: string };
