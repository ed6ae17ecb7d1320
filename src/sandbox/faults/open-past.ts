/** States of the database that are past, for reads that lag behind. */
import type { PastState } from './stale-reads.ts';
import type { ReadView, SqlConnection } from '../../store/connection.ts';
import { createLearningStore } from '../../store/learning-store.ts';

/** Gives the state as it is when it is asked for. */
export async function openPast(connection: SqlConnection): Promise<PastState> {
  const view = await connection.openReadView();
  const write = async (): Promise<never> => {
    throw new Error('A past state is read-only.');
  };
  return {
    store: createLearningStore({ ...connection, read: readInTurn(view), write }),
    [Symbol.asyncDispose]: () => view[Symbol.asyncDispose](),
  };
}

/** A view is one connection, which runs one statement at a time; reads of it may come together. */
function readInTurn(view: ReadView): ReadView['read'] {
  let last: Promise<unknown> = Promise.resolve();
  return (statement, params) => {
    const read = () => view.read(statement, params);
    const result = last.then(read, read);
    last = result;
    return result;
  };
}
