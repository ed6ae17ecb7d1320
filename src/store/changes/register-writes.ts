/** Writes to the register of a tenant, which any server may make: who comes second to a place tries the next. */
import type { SqlConnection, Write } from '../connection.ts';
import { linkOf, REGISTER, segmentAfter } from './chain.ts';
import type { ChainKey, Head } from './chain.ts';
import { logStatements, readRecord, recordParams } from './log-statements.ts';
import type { LogRecord } from './record.ts';
import { listLoggedTenants } from './read-log.ts';
import { registerDraft } from './register.ts';
import type { RegisterFact } from './register.ts';
import { registerHead } from './sqlite-log.ts';

export interface LogWriter {
  readonly connection: SqlConnection;
  readonly key: ChainKey;
}

export interface RegisterEntry extends RegisterFact {
  /** Stored with it, in one unit. */
  readonly writes?: readonly Write[];
}

const MAX_ATTEMPTS = 20;

/** @returns the link that the register has come to */
export async function writeRegister({ connection, key }: LogWriter, entry: RegisterEntry): Promise<string> {
  const { tenantKey, operation, writes = [] } = entry;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const [last] = await connection.read(logStatements.last, { tenant_id: tenantKey, chain: REGISTER });
    const head = registerHead(tenantKey, last, key);
    const { records } = segmentAfter(head, [registerDraft(entry)]);
    const [record] = records as readonly [LogRecord];
    const params = recordParams(record, { previousLink: head.link, size: 1 }, connection.dialect);
    const result = await connection.write([{ statement: logStatements.insert, params }, ...writes]);
    if (result.kind === 'done') return linkOf(head.link, [record.recordHash], key);
    if (result.kind === 'refused') throw new Error(`A step of ${operation} on the change log changed nothing.`);
  }
  throw new Error('The register of the change log was not written: others came first again and again.');
}

/** Whether the newest link of each register fits the key. */
export async function fitsRegisters({ connection, key }: LogWriter): Promise<boolean> {
  for (const tenantKey of await listLoggedTenants(connection)) {
    const params = { tenant_id: tenantKey, chain: REGISTER, place: Number.MAX_SAFE_INTEGER, row_limit: 2 };
    const rows = await connection.read(logStatements.preceding, params);
    const [last, before] = rows.map((row) => readRecord(row, connection.dialect));
    // One record has no link of its writer's.
    if (last === undefined || before === undefined) continue;
    if (last.previousLink !== linkOf(before.previousLink ?? '', [before.recordHash], key)) return false;
  }
  return true;
}

/** What a register was brought to. */
export interface NotedRegister {
  readonly tenantKey: number;
  readonly head: string;
}

export interface HeadNotes {
  /** Notes the ends of the chains that this server writes, where they have moved. */
  note(): Promise<readonly NotedRegister[]>;
}

/** As long as heads are noted, nobody can take the end of a chain away unseen; what is behind the last note, somebody can. */
export function createHeadNotes(writer: LogWriter): HeadNotes {
  const noted = new Map<string, string>();
  const nameOf = ({ tenantKey, chain }: Head) => `${tenantKey}/${chain}`;
  return {
    note: async () => {
      const moved = writer.connection.listLogHeads().filter((head) => noted.get(nameOf(head)) !== head.link);
      const registers: NotedRegister[] = [];
      for (const [tenantKey, heads] of Map.groupBy(moved, (head) => head.tenantKey)) {
        const after = { heads: heads.map(({ chain, place, link }) => ({ chain, place, link })) };
        registers.push({ tenantKey, head: await writeRegister(writer, { tenantKey, operation: 'heads', after }) });
        for (const head of heads) noted.set(nameOf(head), head.link);
      }
      return registers;
    },
  };
}
