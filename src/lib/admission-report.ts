/** What the servers of one database tell each other about the requests that they have admitted. */

/** Requests by app and tenant. */
export type RequestCounts = Readonly<Record<string, number>>;

/** What one server has admitted since its last report. */
export interface AdmissionReport {
  /** A GUID of the server's process. */
  readonly nodeId: string;
  /** Grows with each report of the server. */
  readonly number: number;
  readonly counts: RequestCounts;
}

/** Where reports are left for others. Times are epoch milliseconds. */
export interface AdmissionReports {
  /** Forgets reports that were sent before a time as well. */
  add(report: AdmissionReport, times: { readonly sentAt: number; readonly forgottenBefore: number }): Promise<void>;
  /** Reports of all servers but this one, in the order of each. */
  listOthers(nodeId: string, since: number): Promise<readonly AdmissionReport[]>;
}
