/** What a list shows: all as the API takes it, so that an address can be read, changed and sent to others. */
export interface ListSearch {
  readonly provider?: string | undefined;
  readonly filter?: string | undefined;
  readonly order?: string | undefined;
  /** The `$skiptoken` of the page shown. */
  readonly page?: string | undefined;
  /** The id of the row whose details are open. */
  readonly open?: string | undefined;
}
