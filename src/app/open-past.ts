/** The engine on states of the database that are past, for reads that lag behind. */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Behaviour } from '../model/behaviour.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import { createEngine } from '../graph/run-operation.ts';
import type { GraphEngine } from '../graph/run-operation.ts';
import type { PastState } from '../sandbox/faults/stale-reads.ts';
import type { ReadView, SqlConnection } from '../store/connection.ts';
import { createLearningStore } from '../store/learning-store.ts';

export interface PastOptions {
  readonly connection: SqlConnection;
  readonly behaviour: Behaviour;
  readonly style: ErrorStyle;
}

/** Gives the state as it is when it is asked for. One engine serves them all; it is made when the first is asked for. */
export function createPastOpener(options: PastOptions): () => Promise<PastState> {
  const shown = new AsyncLocalStorage<ReadView>();
  let engine: GraphEngine | undefined;
  return async () => {
    const view = inTurn(await options.connection.openReadView());
    engine ??= createPastEngine(options, shown);
    const { run } = engine;
    return {
      run: ({ request, caller }) => shown.run(view, () => run(request, caller)),
      [Symbol.asyncDispose]: () => view[Symbol.asyncDispose](),
    };
  };
}

/** A view is one connection, which runs one statement at a time; reads of it may come together. */
function inTurn(view: ReadView): ReadView {
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: (statement, params) => {
      const read = () => view.read(statement, params);
      const result = last.then(read, read);
      last = result;
      return result;
    },
    [Symbol.asyncDispose]: () => view[Symbol.asyncDispose](),
  };
}

function createPastEngine(
  { connection, behaviour, style }: PastOptions,
  shown: AsyncLocalStorage<ReadView>,
): GraphEngine {
  const refuse = (): never => {
    throw new Error('A state that is past can only be read.');
  };
  const store = createLearningStore({
    ...connection,
    read: (statement, params) => (shown.getStore() ?? refuse()).read(statement, params),
    write: async () => refuse(),
  });
  return createEngine({
    parts: { store, behaviour, newId: refuse, newActivityGuid: refuse },
    style,
    // What is run here was counted before.
    admitItem: async () => undefined,
  });
}
