/** Which provider a list is of: part of the address. */
import { Field, makeStyles, Select } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { useProviders } from '../api/names.ts';
import { pageTexts } from '../page-texts.ts';

const useStyles = makeStyles({ field: { minWidth: '200px', '@media (max-width: 640px)': { width: '100%' } } });

export interface ProviderPickerProps {
  readonly tenant: string;
  readonly value: string | undefined;
  /** Label of the choice for all providers; omit it to require one. */
  readonly all?: string;
}

export function ProviderPicker({ tenant, value, all }: ProviderPickerProps) {
  const providers = useProviders(tenant) ?? [];
  const navigate = useNavigate();
  const styles = useStyles();
  return (
    <Field label={pageTexts.providers.one} className={styles.field}>
      <Select
        value={value ?? ''}
        onChange={(_, data) =>
          void navigate({ to: '.', search: (data.value === '' ? {} : { provider: data.value }) as never })
        }
      >
        {all !== undefined && <option value="">{all}</option>}
        {providers.map(({ id, displayName }) => (
          <option key={id} value={id}>
            {displayName}
          </option>
        ))}
      </Select>
    </Field>
  );
}
