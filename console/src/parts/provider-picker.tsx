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
  const navigate = useNavigate();
  const styles = useStyles();
  const pick = (provider: string): void =>
    void navigate({ to: '.', search: (provider === '' ? {} : { provider }) as never });
  return (
    <ProviderSelect
      {...{ tenant, value, all }}
      label={pageTexts.providers.one}
      className={styles.field}
      onChange={pick}
    />
  );
}

export interface ProviderSelectProps {
  readonly tenant: string;
  readonly label: string;
  readonly value: string | undefined;
  /** Label of the choice for none of them, which is an empty text; omit it to require one. */
  readonly all?: string | undefined;
  readonly className?: string | undefined;
  readonly onChange: (provider: string) => void;
}

/** A provider as a field of a form. */
export function ProviderSelect({ tenant, label, value, all, className, onChange }: ProviderSelectProps) {
  const providers = useProviders(tenant) ?? [];
  return (
    <Field label={label} {...(className !== undefined && { className })}>
      <Select value={value ?? ''} onChange={(_, data) => onChange(data.value)}>
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
