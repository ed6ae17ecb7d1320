/** The control API's paths of the journal. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { closed } from '../calls/check.ts';
import { ControlError, controlRoute } from '../../control/route.ts';
import type { ControlRoute } from '../../control/route.ts';
import { findCurlProblem, writeCurl } from './curl.ts';
import type { JournalEntry } from './entry.ts';
import { writeHar } from './har.ts';
import { ENTRY, ENTRY_PAGE, ENTRY_QUERY, ENTRY_SELECTION, VERIFICATION, VERIFY_ORDER } from './journal-schemas.ts';
import type { EntryMatch } from './journal-schemas.ts';
import type { JournalReader } from './read-journal.ts';
import type { Ring } from './ring.ts';
import { streamEntries } from './stream.ts';
import type { StreamSource } from './stream.ts';

export interface JournalRoutesOptions {
  readonly ring: Ring;
  readonly reader: JournalReader;
  readonly clear: () => void;
  readonly changes: StreamSource['changes'];
  readonly heartbeatMs: number;
  readonly authorityFile: string | undefined;
}

const ID = Type.Object({ id: Type.Integer() }, closed);

export function journalRoutes(options: JournalRoutesOptions): readonly ControlRoute[] {
  return [...readRoutes(options), ...exportRoutes(options), streamRoute(options)];
}

function readRoutes({ reader, clear }: JournalRoutesOptions): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listJournal',
      method: 'GET',
      path: '/journal',
      summary: 'Lists the requests that came, with their answers.',
      query: ENTRY_QUERY,
      answer: { status: 200, description: 'A page of entries.', schema: ENTRY_PAGE },
      run: async ({ query: { order = 'newest', limit = 100, after, ...match } }) => ({
        body: await reader.query({ match: matchOf(match), order, limit, ...(after !== undefined && { after }) }),
      }),
    }),
    controlRoute({
      id: 'getJournalEntry',
      method: 'GET',
      path: '/journal/{id}',
      summary: 'Shows one request with its answer.',
      params: ID,
      answer: { status: 200, description: 'The entry.', schema: ENTRY },
      run: async ({ params: { id } }) => {
        const entry = await reader.find(id);
        if (entry === undefined) throw noEntry(id);
        return { body: entry };
      },
    }),
    controlRoute({
      id: 'clearJournal',
      method: 'DELETE',
      path: '/journal',
      summary: 'Removes all entries; the next ones go on counting.',
      answer: { status: 204, description: 'Nothing.' },
      run: () => {
        clear();
        return {};
      },
    }),
    controlRoute({
      id: 'verifyJournal',
      method: 'POST',
      path: '/journal/verify',
      summary: 'Checks that the expected requests were received, or no others than those allowed.',
      body: VERIFY_ORDER,
      answer: { status: 200, description: 'The outcome, with what came nearest.', schema: VERIFICATION },
      run: async ({ body }) => ({ body: await reader.verify(body) }),
    }),
  ];
}

function exportRoutes({ ring, reader, authorityFile }: JournalRoutesOptions): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'getJournalCurl',
      method: 'GET',
      path: '/journal/{id}/curl',
      summary: 'Gives the request as a command for a shell, which reads the token from the variable TOKEN.',
      params: ID,
      answer: { status: 200, description: 'The command.', textType: 'text/plain' },
      run: ({ params: { id } }) => {
        const entry = ring.find(id);
        if (entry === undefined) throw noEntry(id);
        const problem = findCurlProblem(entry);
        if (problem !== undefined) throw new ControlError(409, `The request cannot be sent again. ${problem}`);
        return { text: { type: 'text/plain; charset=utf-8', value: writeCurl(entry, authorityFile) } };
      },
    }),
    controlRoute({
      id: 'exportJournal',
      method: 'GET',
      path: '/journal.har',
      summary: 'Exports requests and answers as an HTTP archive (HAR 1.2), oldest first.',
      query: ENTRY_SELECTION,
      answer: { status: 200, description: 'The archive.', textType: 'application/json' },
      run: async ({ query: { after = 0, ...selection } }) => {
        const matcher = await reader.match(matchOf(selection));
        const entries = ring.all().filter((entry) => entry.id > after && matcher.passes(entry));
        const value = JSON.stringify(writeHar(await reader.show(entries)));
        return { text: { type: 'application/json', value, fileName: 'journal.har' } };
      },
    }),
  ];
}

function streamRoute({ ring, reader, changes, heartbeatMs }: JournalRoutesOptions): ControlRoute {
  return controlRoute({
    id: 'streamJournal',
    method: 'GET',
    path: '/journal/stream',
    summary: 'Streams entries as server-sent events: new ones only, or those after the id in Last-Event-ID or after.',
    query: ENTRY_SELECTION,
    answer: {
      status: 200,
      description: 'Events named entry, whose ids are those of the entries.',
      textType: 'text/event-stream',
    },
    run: async ({ query: { after, ...selection }, lastEventId, signal }) => {
      const matcher = await reader.match(matchOf(selection));
      const write = async (entries: readonly JournalEntry[]) => {
        const shown = await reader.show(entries.filter((entry) => matcher.passes(entry)));
        return shown.map((entry) => ({ id: entry.id, json: JSON.stringify(entry) }));
      };
      const source: StreamSource = {
        readAfter: (id) => ring.all().filter((entry) => entry.id > id),
        get droppedId() {
          return ring.droppedId;
        },
        changes,
        write,
      };
      const first = startOf(lastEventId) ?? after ?? ring.lastId;
      // An id that was not given yet is of another start of the server: then everything is new.
      const options = { after: first > ring.lastId ? 0 : first, heartbeatMs, signal };
      return { text: { type: 'text/event-stream', value: streamEntries(source, options) } };
    },
  });
}

function startOf(lastEventId: string | undefined): number | undefined {
  return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined;
}

/** Members that were not given are no part of a match. */
function matchOf(selection: Omit<Static<typeof ENTRY_SELECTION>, 'after'>): EntryMatch {
  return Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined));
}

function noEntry(id: number): ControlError {
  return new ControlError(404, `The journal has no entry ${id}. It may have been evicted or removed.`);
}
