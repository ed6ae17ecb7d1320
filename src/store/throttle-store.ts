/** What servers of a database tell each other about the requests that they have admitted. */
import type { AdmissionReports, RequestCounts } from '../lib/admission-report.ts';
import type { SqlConnection } from './connection.ts';
import type { SqlValue } from './dialect.ts';
import { statements } from './statements.ts';

export function createThrottleStore(connection: SqlConnection): AdmissionReports {
  const { guid, json } = connection.dialect.columns;
  return {
    add: async ({ nodeId, number, counts }, { sentAt, forgottenBefore }) => {
      const report = {
        node_id: guid.encode(nodeId),
        report_number: number,
        sent_at: sentAt,
        counts: json.encode(counts),
      };
      await connection.write([
        { statement: statements.deleteThrottleReports, params: { forgotten_before: forgottenBefore } },
        { statement: statements.insertThrottleReport, params: report },
      ]);
    },
    listOthers: async (nodeId, since) => {
      const rows = await connection.read(statements.listThrottleReports, { node_id: guid.encode(nodeId), since });
      return rows.map((row) => ({
        nodeId: guid.decode(row['node_id'] as SqlValue) as string,
        number: Number(row['report_number']),
        counts: json.decode(row['counts'] as SqlValue) as RequestCounts,
      }));
    },
  };
}
