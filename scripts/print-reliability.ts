// docs/reliability.md: what the server promises in trouble, with what runs have found.
import { readReliability } from '../bench/reliability/results.ts';
import { MAX_BODY_PIECES, MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../src/model/limits.ts';
import { code, markdownTable } from './markdown.ts';

/** Words of `/readyz` for the database, and what they mean. */
const CHECKS = [
  ['ok', 'It answers and takes writes.', ''],
  ['locked', 'Another process holds the lock that writes need.', 'when the lock is released'],
  ['full', 'The disk is full.', 'when there is space'],
  ['failing', 'The disk returns errors, or a quota is exceeded.', 'when a write goes well'],
  [
    'readOnly',
    'It takes no writes: a read-only file, a standby, `default_transaction_read_only`.',
    'when it takes writes',
  ],
  ['unreachable', 'PostgreSQL cannot be connected to, or connections break.', 'when it can'],
  ['busy', 'It has so much to do that what it is asked has waited too long.', 'when it has less to do'],
  ['noAnswer', 'It has not answered for 1.5 seconds: frozen, overloaded, or locked for long.', 'when it answers'],
  ['moved', 'The SQLite file was moved or removed while it is open.', 'when it is back'],
  ['corrupt', 'A page of the SQLite file is damaged.', 'with the next start, on a file that is whole'],
  ['failed', 'Anything else; the log has its cause.', 'with its cause'],
] as const;

export function printReliability(): string {
  return `# Reliability

What the server promises while it, its disk or its database is in trouble, and what test runs have found. Printed by \`npm run docs\` from
\`bench/reliability.json\`.

## Promises

- **What was answered is stored.** 2xx is sent after COMMIT, with the log on the disk. This holds when the
  process is killed, when PostgreSQL is killed, and in a power failure if the disk keeps what it confirmed.
- **503 means that nothing was stored**, in the body of Microsoft Graph's errors and with \`Retry-After\`. The same request can be
  sent again. Reads go on as long as the database answers them. The token endpoint and \`devicecode\` answer 503
  \`temporarily_unavailable\`, with \`Retry-After\` as well.
- **504 \`gatewayTimeout\` means that the outcome is unknown.** The database did not confirm the write: the connection broke
  after COMMIT was sent, or the disk failed while it was waited for. Read the item by its external id, and send the
  request again if it is not there. Clients of Microsoft Graph retry after 504 by themselves: give each create an external id, and a
  second one is refused with 409 instead of making a second activity. Updates and deletes can be repeated.
- **\`/readyz\` answers within two seconds**, with 503 and the trouble in one word ([below](#readiness)). Supervisors may ask as often
  as they like: on SQLite, a second passes between two writes that only check the disk. The one exception is a call of the
  operating system that hangs, as on a dead network disk: SQLite runs within the process, which then answers nothing.
- **The log has one line a second** about the database, \`databaseTroubled\`, with the trouble and how many others there were. Writes in
  doubt have a line each.
- **Too many requests are refused before they cost anything.** Of reads and of writes, 128 each may be in flight (\`maxRequestsInFlight\`),
  a batch counting as one; bursts may be five times as large. Under a load that does not end, what keeps the server busy is
  admitted and answered in time, and the rest gets 503 with \`Retry-After: 1\`, before its token is verified and its body is read. It
  is neither logged nor in the journal; the log has one line a second about it, \`requestRefused\`. Health routes and the control API
  are answered all the same. [Benchmarks](benchmarks.md#overload) have the figures, [decision 45](decisions/0045-overload.md) the reasons.
- **No request stops the others.** A body holds at most ${MAX_JSON_VALUES} values in ${MAX_JSON_DEPTH} levels and comes in at most ${MAX_BODY_PIECES} chunks or packets,
  URL and headers of a request in a batch are bounded as on the wire, and the body of a caller without permission is not
  parsed. None of the [requests that are made to cost much](benchmarks.md#hostile-requests), of up to 4 MB each, takes more than 100 ms of CPU
  time. What is left of a body when its request is refused is read on for a while, so that the connection goes on, and then ended.
- **A write waits no longer than \`writeWaitMs\`** for its turn at the database, and for locks of other processes; then it is 503.
- **It recovers by itself**, without a restart, when the trouble is over; a damaged file is the exception.
- **Lost data is not replaced.** If the data folder shows that a database was filled, and it is missing or empty, the start is
  refused, and names it. \`--begin-anew\`, for one start, fills a new one, with new keys and secrets. If the whole folder was removed, the
  next start cannot tell, and fills a new one.
- **A missing log is reported.** After a kill, \`vivarium.db-wal\` holds the latest writes. If it is gone at the next start, the start says
  so and goes on with what the database has. Copy a folder whole, or while the server is stopped.
- **One server to a folder.** A second one is refused and names the process and the URL of the first. The lock is the
  system's: it is free when the process ends, however it ends, and it holds between containers of one machine. Network file systems
  without locks do not have it: keep data folders off them.

## Readiness

${code('{"status":"unready","checks":{"database":"full"}}')}: the words for the database, and when the server is ready again.

${markdownTable(
  ['Word', 'Meaning', 'Ready again'],
  CHECKS.map(([word, ...cells]) => [code(word), ...cells]),
)}

\`load\` beside it is \`overloaded\` when requests were refused within the last second. The server is ready all the same: it answers
what it admits.

PostgreSQL on a full disk is ready as long as it answers: whether it has the space that a write needs, only that write shows.

## What runs found

Eight connections create and update activities without a pause while the trouble is brought about, several times in a run.
Each answer is noted, and at the end every activity is compared with its last answer. _Refused_: 503. _In doubt_: 504, or a
connection that broke with the server. _Lost_: answered as stored, and missing or different. _Wrong_: any other unexpected answer, and
refused writes that were stored. _Recovery_: the longest time from the end of the trouble to the next stored write; where the
server itself ended, its start included. Troubles that are held last two seconds.

${printResults()}

\`npm run bench:reliability\` repeats the runs in some minutes, on Linux, with a PostgreSQL of its own; \`npm run docs\` prints them. Times
depend on the machine and its load. The tests bring about the same troubles and more: \`test/system/crash.test.ts\`,
\`test/system/postgres-restart.test.ts\`, \`test/system/database-trouble.test.ts\`, \`test/system/data-folder.test.ts\`.
`;
}

function printResults(): string {
  const results = readReliability().toSorted((one, other) => other.database.localeCompare(one.database));
  const rows = results.map((result) => [
    result.database,
    result.trouble,
    ...[result.rounds, result.tried, result.refused, result.inDoubt, result.lost, result.wrong].map(String),
    `${(result.recoveryMs / 1000).toFixed(1)} s`,
  ]);
  const head = ['Database', 'Trouble', 'Times', 'Writes tried', 'Refused', 'In doubt', 'Lost', 'Wrong', 'Recovery'];
  return markdownTable(head, rows);
}
