/** What a walk has found: the first lines as a table, and all of them as a file. */
import { Button, Spinner, Text } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { DataTable } from '../parts/data-table.tsx';
import type { DataTableProps } from '../parts/data-table.tsx';
import { formatNumber } from '../parts/format.ts';
import { saveFile } from '../parts/save-file.ts';
import { syncTexts } from './sync-texts.ts';
import type { Walked } from './use-walk.ts';

const texts = syncTexts.walk;

/** Said while it goes on. */
export function WalkProgress({ text }: { readonly text: string }) {
  return (
    <div role="status">
      <Spinner size="tiny" labelPosition="after" label={text} />
    </div>
  );
}

export interface WalkReportProps<Line> extends Pick<DataTableProps<Line>, 'label' | 'columns' | 'keyOf'> {
  readonly report: Walked<Line, unknown>;
  readonly fileName: string;
}

export function WalkReport<Line>({ report: { shown, found, lines }, fileName, ...table }: WalkReportProps<Line>) {
  if (found === 0) return null;
  return (
    <>
      <DataTable {...table} rows={shown} />
      {found > shown.length && <Text size={200}>{texts.shown(formatNumber(shown.length), formatNumber(found))}</Text>}
      <div>
        <Button
          icon={<ArrowDownloadRegular />}
          onClick={() => saveFile(new Blob([`${lines.join('\n')}\n`], { type: 'application/x-ndjson' }), fileName)}
        >
          {texts.save}
        </Button>
      </div>
    </>
  );
}
