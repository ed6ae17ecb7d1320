/** Sends a file to the admin API in parts, and goes on where an earlier run was interrupted. */
import { findProfile } from '../../bulk/profiles.ts';
import { sendFile } from '../../bulk/send-file.ts';
import type { TextToSend } from '../../bulk/send-file.ts';
import { monotonicMs } from '../../lib/clock.ts';
import type { Import, ImportOrder, ImportPart, ImportResult } from '../../library/admin-types.ts';
import { ControlRefusal } from '../../library/call-control.ts';
import type { ControlCaller } from '../../library/call-control.ts';
import { UnreachableError } from '../control/unreachable-error.ts';
import { createProgress } from '../progress.ts';
import { formatOf } from './import-format.ts';
import { openResults } from './import-results.ts';
import { openInput } from './open-input.ts';
import type { ImportInput } from './open-input.ts';

export interface FileOrder {
  readonly file: string;
  readonly order: ImportOrder;
  readonly query: { readonly tenant?: string };
  readonly results?: string;
  readonly fromStart?: boolean;
  /** Progress as lines of JSON on standard output. */
  readonly isJson: boolean;
}

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' } as const;
/** Refusals that are shown where no file takes them. */
const SHOWN_REFUSALS = 5;
const EVENT_PAUSE_MS = 1000;

/** @returns the import when it has ended; @throws ControlRefusal, UnreachableError, StartError */
export async function importFile(admin: ControlCaller, given: FileOrder): Promise<Import> {
  const input = openInput(given.file);
  const begun = await begin(admin, given, input);
  if (begun.rows > 0) tell(given, `Resuming after row ${begun.rows.toLocaleString('en')}.`);
  using results = given.results === undefined ? undefined : await openResults(given.results, begun.rows);
  const calls = createCalls(admin, given, begun);
  if (results !== undefined && results.rows < begun.rows) results.append(await calls.findMissing(results.rows));
  using progress = createReport(given, input, begun);
  let refusals = 0;
  const { encoding = 'utf-8', delimiter, skipLines = 0 } = csvOf(given.order);
  const cutting = { format: begun.format, delimiter, skipLines, isWhole: given.order.allOrNothing === true };
  const { post, readTail } = calls;
  const sending = { cutting, doneRows: begun.rows, post, readTail, isPassing };
  for await (const { taken } of sendFile(input.texts(encoding), sending)) {
    results?.append(taken.value);
    if (results === undefined) {
      for (const { line, error } of taken.value
        .filter(({ outcome }) => outcome === 'refused')
        .slice(0, SHOWN_REFUSALS - refusals))
        progress.warn(
          `line ${line}: ${error?.message ?? ''}${error?.details === undefined ? '' : ` ${error.details.map(({ message }) => message).join(' ')}`}`,
        );
      refusals = Math.min(SHOWN_REFUSALS, taken.import.counts['refused'] ?? 0);
    }
    progress.show(taken.import);
    if (taken.import.state === 'refused') return taken.import;
  }
  return await calls.end();
}

type CsvWriting = NonNullable<NonNullable<ImportOrder['mapping']>['csv']>;

/** How a CSV file is written. A profile that is unknown here may be known to the server. */
function csvOf({ mapping, profile, kind = 'activities' }: ImportOrder): CsvWriting {
  return (mapping ?? findProfile(profile ?? '', kind))?.csv ?? {};
}

async function begin(
  admin: ControlCaller,
  { order, query, fromStart, file }: FileOrder,
  input: ImportInput,
): Promise<Import> {
  const { name, source } = input;
  const format = order.format ?? order.mapping?.format ?? formatOf(file);
  const json = {
    ...order,
    name,
    ...(format && { format }),
    ...(source !== undefined && fromStart !== true && { source }),
  };
  return (await admin.call({ method: 'POST', path: '/imports', query, json })) as Import;
}

const UNAVAILABLE = 503;

function createCalls(admin: ControlCaller, { query }: FileOrder, { id, format }: Import) {
  const path = `/imports/${id}`;
  const readTail = async (): Promise<ImportPart> =>
    (await admin.call({ path: `${path}/results`, query })) as ImportPart;
  return {
    post: async ({ text: value, row, line }: TextToSend): Promise<ImportPart> => {
      const text = { type: TYPES[format], value };
      const call = { method: 'POST', path: `${path}/rows`, query: { ...query, row, line }, text } as const;
      return (await admin.call(call)) as ImportPart;
    },
    readTail,
    /** What became of rows behind these that were stored, though the answer was lost. */
    findMissing: async (rows: number): Promise<readonly ImportResult[]> => {
      const { from, value } = await readTail();
      return rows < from ? [] : value.slice(rows - from);
    },
    end: async () => (await admin.call({ method: 'POST', path: `${path}/end`, query })) as Import,
  };
}

function isPassing(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ControlRefusal && error.status === UNAVAILABLE);
}

interface Report extends Disposable {
  show(now: Import): void;
  /** Above the line that shows how far it is. */
  warn(text: string): void;
}

function createReport(given: FileOrder, input: ImportInput, begun: Import): Report {
  const startedAt = monotonicMs();
  let toldAt = -Infinity;
  const bar = createProgress(`Importing ${input.name}`);
  if (given.isJson) print({ event: 'started', import: begun });
  return {
    show: (now) => {
      const seconds = (monotonicMs() - startedAt) / 1000;
      const rate = Math.round((now.rows - begun.rows) / Math.max(seconds, 0.001));
      if (given.isJson && monotonicMs() - toldAt >= EVENT_PAUSE_MS) {
        toldAt = monotonicMs();
        print({ event: 'progress', rows: now.rows, counts: now.counts, rowsPerSecond: rate });
      }
      const { sizeBytes } = input;
      const done = input.readBytes();
      const text = `${now.rows.toLocaleString('en')} rows, ${rate.toLocaleString('en')} a second`;
      const left =
        sizeBytes === undefined || done === 0 ? '' : `, ${formatTime((seconds * (sizeBytes - done)) / done)} left`;
      bar.show(done, sizeBytes ?? done, text + left);
    },
    warn: (text) => {
      bar[Symbol.dispose]();
      tell(given, text);
    },
    [Symbol.dispose]: () => bar[Symbol.dispose](),
  };
}

const MINUTE = 60;

function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, '0')}`;
}

function tell({ isJson }: FileOrder, text: string): void {
  if (isJson) print({ event: 'notice', message: text });
  else process.stderr.write(`${text}\n`);
}

function print(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
