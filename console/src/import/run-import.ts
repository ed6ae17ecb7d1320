/** Sends a file to the admin API, and keeps what became of each row for a download. */
import type { BulkFormat, RawRecord } from '../../../src/bulk/records.ts';
import { sendFile } from '../../../src/bulk/send-file.ts';
import type { Import, ImportOrder, ImportPart, ImportResult } from '../../../src/library/admin-types.ts';
import { RequestProblem } from '../api/request.ts';
import { admin } from '../api/server.ts';
import { cuttingOf } from './read-file.ts';
import type { ChosenFile } from './read-file.ts';

export const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' } as const;

export interface ImportRun {
  readonly tenant: string;
  readonly chosen: ChosenFile;
  readonly order: ImportOrder;
  readonly signal: AbortSignal;
  /** After each part. */
  onProgress(now: Import, collected: Collected): void;
}

const SHOWN_REFUSALS = 100;

/** What became of the rows. Blobs, which a browser does not keep in the memory of the page. */
export class Collected {
  readonly #format: BulkFormat;
  readonly #all: Blob[] = [];
  readonly #refused: Blob[] = [];
  readonly #rows: Blob[] = [];
  #header = '';
  /** The first ones that were refused. */
  readonly shown: ImportResult[] = [];

  constructor(format: BulkFormat) {
    this.#format = format;
  }

  add(header: string, records: readonly RawRecord[], results: readonly ImportResult[]): void {
    this.#header = header;
    this.#all.push(linesOf(results));
    const refused = results.filter(({ outcome }) => outcome === 'refused');
    if (refused.length === 0) return;
    this.shown.push(...refused.slice(0, SHOWN_REFUSALS - this.shown.length));
    const texts = results.flatMap(({ outcome }, index) => (outcome === 'refused' ? (records[index]?.text ?? []) : []));
    const isFirst = this.#refused.length === 0;
    this.#refused.push(linesOf(refused));
    this.#rows.push(
      new Blob(this.#format === 'json' ? [isFirst ? '' : ',', texts.join(',\n')] : [`${texts.join('\n')}\n`]),
    );
  }

  /** A line of JSON each. */
  results(which: 'all' | 'refused'): Blob {
    return new Blob(which === 'all' ? this.#all : this.#refused, { type: TYPES.ndjson });
  }

  /** The refused rows as they stand in the file, to be mended and imported again. */
  refusedRows(): Blob {
    const type = TYPES[this.#format];
    if (this.#format === 'json') return new Blob(['[', ...this.#rows, ']\n'], { type });
    return new Blob(this.#format === 'csv' ? [`${this.#header}\n`, ...this.#rows] : this.#rows, { type });
  }
}

function linesOf(results: readonly ImportResult[]): Blob {
  return new Blob([results.map((result) => `${JSON.stringify(result)}\n`).join('')]);
}

const UNAVAILABLE = 503;

/** Whether it is worth sending again: the server was busy, restarted or could not be reached. */
function isPassing(error: unknown): boolean {
  return error instanceof RequestProblem && (error.status === 0 || error.status === UNAVAILABLE);
}

/** Until the end of the file, behind what came in an earlier run of the same file. @throws RequestProblem, AbortError */
export async function runImport({ tenant, chosen, order, signal, onProgress }: ImportRun): Promise<Import> {
  const format = order.format ?? 'csv';
  const csv = order.mapping?.csv ?? {};
  const source = order.dryRun === true ? undefined : await chosen.findSource();
  const begun = await admin<Import>(`/imports?tenant=${tenant}`, {
    method: 'POST',
    body: { ...order, name: chosen.file.name, ...(source !== undefined && { source }) },
    signal,
  });
  const path = `/imports/${begun.id}`;
  const collected = new Collected(format);
  onProgress(begun, collected);
  const sending = sendFile(chosen.texts(csv.encoding ?? 'utf-8'), {
    cutting: { ...cuttingOf(format, csv), isWhole: order.allOrNothing === true },
    doneRows: begun.rows,
    post: ({ text, row, line }) =>
      admin<ImportPart>(`${path}/rows?tenant=${tenant}&row=${row}&line=${line}`, {
        method: 'POST',
        headers: { 'Content-Type': TYPES[format] },
        body: text,
        signal,
      }),
    readTail: () => admin<ImportPart>(`${path}/results?tenant=${tenant}`, { signal }),
    isPassing,
  });
  for await (const { header, records, taken } of sending) {
    collected.add(header, records, taken.value);
    onProgress(taken.import, collected);
    if (taken.import.state === 'refused') return taken.import;
  }
  const ended = await admin<Import>(`${path}/end?tenant=${tenant}`, { method: 'POST', signal });
  onProgress(ended, collected);
  return ended;
}

/** What would become of some rows; the server forgets that it was asked. @throws RequestProblem */
export async function checkRows(
  tenant: string,
  order: ImportOrder,
  sample: { readonly text: string; readonly line: number },
): Promise<ImportPart> {
  const begun = await admin<Import>(`/imports?tenant=${tenant}`, { method: 'POST', body: { ...order, dryRun: true } });
  try {
    return await admin<ImportPart>(`/imports/${begun.id}/rows?tenant=${tenant}&line=${sample.line}`, {
      method: 'POST',
      headers: { 'Content-Type': TYPES[begun.format] },
      body: sample.text,
    });
  } finally {
    await admin(`/imports/${begun.id}?tenant=${tenant}`, { method: 'DELETE' }).catch(() => {});
  }
}
