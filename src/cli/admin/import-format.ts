/** What the name of a file says of its format. */
import { extensionOf, FORMAT_EXTENSIONS } from '../../bulk/records.ts';
import { StartError } from '../../lib/start-error.ts';
import { findSimilar } from '../../lib/suggest.ts';
import type { ImportOrder } from '../../library/admin-types.ts';

/** By the name; `undefined` where it does not tell. @throws StartError */
export function formatOf(file: string): ImportOrder['format'] {
  const extension = extensionOf(file);
  if (extension === undefined || extension in FORMAT_EXTENSIONS) return FORMAT_EXTENSIONS[extension ?? ''];
  const similar = findSimilar(extension, Object.keys(FORMAT_EXTENSIONS));
  const hint = `Add --format csv, ndjson or json${similar === undefined ? '' : `, or rename it to .${similar}`}.`;
  throw new StartError(`Cannot tell the format of ${file} from its name.`, { hint });
}
