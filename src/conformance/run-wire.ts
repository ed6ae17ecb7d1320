/** Sends the text of a row on a connection of its own. */
import type { ApiVersion } from '../model/versions.ts';
import { writer } from './callers.ts';
import type { RuleClient } from './client.ts';
import { ANY_TEXT, findDifference, matching } from './match.ts';
import type { RuleBreak, RulePlace } from './place.ts';
import { P1_ACTIVITIES } from './setup.ts';
import type { WireRow } from './wire.ts';

/** The writing app, where the row sends a token. */
export const WIRE_CALLER = { caller: writer, isExact: false } as const;

export function sendsToken({ sends }: WireRow): boolean {
  return sends.includes('{token}');
}

/** @returns how the answer differs from the row; `undefined` when it does not. @throws an Error of Node without an answer */
export async function runWire(
  row: WireRow,
  version: ApiVersion,
  place: Pick<RulePlace, 'findRoot' | 'authorize'> & Pick<RuleClient, 'sendText'>,
): Promise<RuleBreak | undefined> {
  const root = new URL(place.findRoot(version));
  const token = sendsToken(row) ? await place.authorize(writer) : '';
  const text = row.sends.replace('{path}', root.pathname + P1_ACTIVITIES).replace('Bearer {token}', token);
  const answer = await place.sendText(root.origin, text, row.isEnded === true);
  const { status, code, message } = row.refusal;
  const { headers, body } = answer;
  const mismatch = findDifference(
    { status: answer.status, type: headers['content-type'], body },
    {
      status,
      type: 'application/json',
      body: {
        error: {
          code,
          message,
          innerError: {
            date: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            'request-id': headers['request-id'] ?? ANY_TEXT,
            'client-request-id': headers['client-request-id'] ?? ANY_TEXT,
          },
        },
      },
    },
  );
  const [method = ''] = row.sends.split(' ', 1);
  return (
    mismatch && { id: row.id, ...mismatch, call: { method, url: root.href, headers: {}, body: cut(text) }, answer }
  );
}

/** Not the large header of a row that sends one. */
function cut(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
