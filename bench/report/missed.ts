/** What keeps figures from their targets: profiles, and what was tried. */
export const MISSED = `## What is not met, and why

By \`--profile\`, by \`perf\`, and by statements of the store run by themselves; microseconds are of CPU.

- **The machine decides about the ratios.** The bare server does little but system calls: to write the answer is half of its
  17 µs. Where these are cheap it gains most, and what a request has to compute weighs more. Earlier versions, measured beside
  this one, take as much CPU a get within 15 %.
- **Get, external id.** More than half of a get is Node's HTTP, the kernel and the collector. The statement takes 12 %, headers and
  text of the answer 10 %, the log line 4 %, the row as an entity 4 %, and nothing else more than 2 %. HTTP, statement and log
  line alone would be at 0.7.
- **Create, update.** An insert takes 13 to 17 µs, and to write its pages 20 more, as it changes a page in each of two unique
  indexes; in that time the bare server has answered twice. Then comes the wait for the disk, 1 to 3 ms for at most 64 creates.
  Tried without gain: a checkpoint by a thread of its own, a log of 64 MB, no foreign keys. Left out: to sync the log
  beside the event loop, since others could read what is not on the disk.
- **Create on PostgreSQL.** A set of creates is one statement and one round trip. The driver, which encodes each value of each
  column, takes 9 %; the rest is spread over HTTP, the body and the answer.
- **Page of 10.** The statement takes a fifth, eleven rows as entities a tenth, their text a tenth. Tried without gain: GUIDs as
  bytes in place of digits, all of a row's GUIDs as one text, GUIDs written digit by digit.
- **Creates in batches.** They share a COMMIT with what arrives beside them, as single creates do. What they save is HTTP, the
  smaller part of a create.
- **p99 of create.** The slowest commits are those that write the log back, about one in 30.
- **TLS, second start.** In this run the machine did half of what it did in earlier ones, the bare server as well; there a start took
  0.47 s. Part of a start is new: the young generation stays small while modules are evaluated
  ([decision 56](decisions/0056-heap.md)), and takes 40 MB less under load.
- **CPU with the sandbox**, met here, was 1.2 to 1.35 times that without when the two took turns by themselves, and 1.5 and 3.4 in two runs on a busy
  machine. No function of the sandbox takes more than 2 %.
- **An activity on disk, PostgreSQL.** Its row has 274 bytes and its two indexes 187
  ([decision 53](decisions/0053-narrow-activities.md)).
- **Imports.** An import works on one part after the other, in one process, while 64 connections create at once, share commits and
  keep both cores busy. Against a client that sends one create after the other, both targets are met many times over. A row takes SQLite's
  server half of the CPU that it took, and PostgreSQL less than half ([decision 60](decisions/0060-bulk.md)). On SQLite, two fifths of a row
  insert random keys and write their pages; JavaScript and the collector take most of the rest. On PostgreSQL, the process works 57 µs
  of 80, and waits for look-ups and commits otherwise. Measured and not taken: a thread that stores, larger parts, look-ups ahead.
- **Growth.** Measured while other work kept the machine at a load of 10 to 18, where the same server differed by half from round to
  round. Creates at 10 million write to pages all over the indexes, those at ten thousand to the same few.`;
