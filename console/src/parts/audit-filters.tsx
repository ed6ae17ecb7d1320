/** Which records of the audit trail are shown: in the address, and filtered by the server. */
import { Button, Combobox, Field, Input, makeStyles, Option, Select, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { CHANGE_KINDS } from '../../../src/model/change-kinds.ts';
import { operations } from '../api/model.ts';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';
import { toLabel } from './format.ts';

const useStyles = makeStyles({
  filters: {
    display: 'grid',
    gridTemplateColumns: 'repeat(6, minmax(0, 1fr))',
    gap: tokens.spacingHorizontalM,
    alignItems: 'end',
    '@media (max-width: 1500px)': { gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' },
    '@media (max-width: 860px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', gap: tokens.spacingHorizontalS },
  },
  field: { minWidth: 0, gridTemplateColumns: 'minmax(0, 1fr)' },
  input: { width: '100%', minWidth: 0, '& input': { minWidth: 0, width: '100%' } },
});

const NAMES = ['kind', 'operation', 'item', 'actor', 'from', 'until'] as const;
type FilterName = (typeof NAMES)[number];
export type AuditFilter = { readonly [Name in FilterName]?: string };

const writing = operations.filter(({ method }) => method !== 'GET').map(({ id }) => id);

/** As the query of a request. */
export function toQuery(filter: AuditFilter): readonly (readonly [string, string])[] {
  return NAMES.flatMap((name): readonly (readonly [string, string])[] => {
    const value = filter[name];
    if (value === undefined) return [];
    // Of an input of local time.
    if (name === 'from' || name === 'until') return [[name, new Date(value).toISOString()]];
    return [[name, value]];
  });
}

export interface AuditFiltersProps {
  readonly filter: AuditFilter;
  onChange(filter: AuditFilter): void;
}

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const styles = useStyles();
  const set = (name: FilterName, value: string): void => {
    const { [name]: _old, ...others } = filter;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  const { operation = '' } = filter;
  const found = writing.filter((id) => id.toLowerCase().includes(operation.toLowerCase()));
  return (
    <div className={styles.filters} role="search" aria-label={texts.sections.audit}>
      <Field label={pageTexts.audit.kind} className={styles.field}>
        <Select value={filter.kind ?? ''} onChange={(_, { value }) => set('kind', value)}>
          <option value="">{pageTexts.audit.any}</option>
          {Object.keys(CHANGE_KINDS).map((name) => (
            <option key={name} value={name}>
              {toLabel(name)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={pageTexts.audit.operation} className={styles.field}>
        <Combobox
          freeform
          className={styles.input}
          placeholder={pageTexts.audit.any}
          value={operation}
          selectedOptions={[]}
          onChange={(event) => set('operation', event.target.value)}
          onOptionSelect={(_, { optionValue = '' }) => set('operation', optionValue)}
        >
          {found.map((id) => (
            <Option key={id}>{id}</Option>
          ))}
        </Combobox>
      </Field>
      <Field label={pageTexts.audit.item} className={styles.field}>
        <Input
          className={styles.input}
          placeholder={pageTexts.audit.itemHint}
          value={filter.item ?? ''}
          onChange={(_, { value }) => set('item', value.trim())}
        />
      </Field>
      <Field label={pageTexts.audit.who} className={styles.field}>
        <Input
          className={styles.input}
          placeholder={pageTexts.audit.whoHint}
          value={filter.actor ?? ''}
          onChange={(_, { value }) => set('actor', value.trimStart())}
        />
      </Field>
      {(['from', 'until'] as const).map((name) => (
        <Field key={name} label={pageTexts.audit[name]} className={styles.field}>
          <Input
            type="datetime-local"
            className={styles.input}
            value={filter[name] ?? ''}
            onChange={(_, { value }) => set(name, value)}
          />
        </Field>
      ))}
      {Object.keys(filter).length > 0 && (
        <Button icon={<DismissRegular />} onClick={() => onChange({})}>
          {pageTexts.audit.clear}
        </Button>
      )}
    </div>
  );
}
