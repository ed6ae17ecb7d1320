/** What the name of a file says of its format. */
import { StartError } from '../../lib/start-error.ts';
import { findSimilar } from '../../lib/suggest.ts';
import type { ImportOrder } from '../../library/admin-types.ts';

const EXTENSIONS: Readonly<Record<string, ImportOrder['format']>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};

/** By the name; `undefined` where it does not tell. @throws StartError */
export function formatOf(file: string): ImportOrder['format'] {
  const extension = /\.([a-z]+)$/i.exec(file.replace(/\.gz$/i, ''))?.[1]?.toLowerCase();
  if (extension === undefined || extension in EXTENSIONS) return EXTENSIONS[extension ?? ''];
  const similar = findSimilar(extension, Object.keys(EXTENSIONS));
  const hint = `Name its format with --format csv, ndjson or json${similar === undefined ? '' : `; .${similar} would be known`}.`;
  throw new StartError(`What the file ${file} holds is not known by its name.`, { hint });
}
