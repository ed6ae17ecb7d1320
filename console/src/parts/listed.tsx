/** The rows of a query as a table, or what stands in their place: while they load, when there are none, when they could not be had. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { DataTable } from './data-table.tsx';
import type { DataTableProps } from './data-table.tsx';
import { Failure, Loading } from './states.tsx';

export interface ListedProps<Row> extends Omit<DataTableProps<Row>, 'rows'> {
  readonly query: Pick<UseQueryResult<readonly Row[]>, 'data' | 'error' | 'refetch'>;
  /** When there are no rows. */
  readonly empty: ReactNode;
}

const PLACEHOLDER_ROWS = 3;

export function Listed<Row>({ query: { data, error, refetch }, empty, ...table }: ListedProps<Row>) {
  return (
    <>
      {error !== null && <Failure problem={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading rows={PLACEHOLDER_ROWS} />
      ) : data.length === 0 ? (
        empty
      ) : (
        <DataTable {...table} rows={data} />
      )}
    </>
  );
}
