/** Subscriptions as far as they need no endpoint that answers. */
import { none, reader, supervisor } from '../callers.ts';
import { E2, noSegment, refused } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import { UNKNOWN_ID } from '../setup.ts';

const notFound = refused({ status: 404, code: 'ResourceNotFound', message: 'The object was not found.' });

const rows: readonly RuleRow[] = [
  {
    id: 'subscription-1',
    rule: 'an app sees its own subscriptions, of which it may have none',
    covers: { operations: ['listSubscriptions'], errors: ['subscriptionNotFound'] },
    steps: [
      {
        as: reader,
        send: 'GET /subscriptions',
        gets: { status: 200, whole: { '@odata.context': '{root}/$metadata#subscriptions', value: [] } },
      },
      { as: reader, send: `GET /subscriptions/${UNKNOWN_ID}`, gets: notFound },
      { as: reader, send: 'DELETE /subscriptions/nonsense', gets: notFound },
      { as: reader, send: `POST /subscriptions/${UNKNOWN_ID}/reauthorize`, gets: notFound },
      { as: none, send: 'GET /subscriptions', gets: refused(E2) },
      { as: supervisor, send: 'GET /subscriptions', gets: refused(E2) },
    ],
  },
  {
    id: 'subscription-2',
    rule: 'a server that keeps to the reference has no subscriptions to activities',
    settings: { documentedOnly: true },
    steps: [{ as: reader, send: 'GET /subscriptions', gets: refused(noSegment('subscriptions')) }],
  },
];

export const subscriptionTable: RuleTable = {
  section: 'subscription',
  title: 'subscriptions',
  source: 'An extension of Vivarium in the form of Microsoft Graph: api/subscription-post-subscriptions',
  isExtension: true,
  rows: rows.map((row) => ({ ...row, needsSeed: true })),
};
