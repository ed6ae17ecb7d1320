/** A database that is busy for a while: what makes a real server answer 503. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NotOffered } from './not-offered.ts';
import type { Target } from './target.ts';

/** No write of a server that the suite has started gets through until the lock is disposed of. Throws NotOffered. */
export function lockDatabase({ own }: Target): Disposable {
  if (own === undefined) throw new NotOffered('it takes a server whose database is at hand');
  const other = new DatabaseSync(join(own.dataFolder, 'vivarium.db'));
  other.exec('begin immediate');
  return {
    [Symbol.dispose]: () => {
      if (other.isOpen) other.close();
    },
  };
}
