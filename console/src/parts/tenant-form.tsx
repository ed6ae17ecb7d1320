/** A tenant to add or to change: its names, its service plan, whose activities it accepts. */
import { Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewTenant, TenantChange, TenantDescription } from '../../../src/library/admin-types.ts';
import { DIRECTORY_MODES, LICENCES } from '../../../src/model/directory.ts';
import { admin } from '../api/server.ts';
import { useRefreshAll } from '../api/status.ts';
import { pageTexts } from '../page-texts.ts';
import { FormDrawer, problemAt } from './form-drawer.tsx';
import { toLabel } from './format.ts';
import { useFieldProblems } from './use-explained.ts';

export interface TenantFormProps {
  readonly stored?: TenantDescription;
  onClose(): void;
}

const NEW = { displayName: '', domainName: '', hasServicePlan: true, directory: null, openLicence: null } as const;

export function TenantForm({ stored, onClose }: TenantFormProps) {
  const refresh = useRefreshAll();
  const [id, setId] = useState('');
  const [draft, setDraft] = useState<Required<TenantChange>>(() => {
    const { displayName, domainName, hasServicePlan, directory, openLicence } = stored ?? NEW;
    return { displayName, domainName, hasServicePlan, directory, openLicence };
  });
  const sending = useMutation({
    mutationFn: () => {
      if (stored !== undefined) return admin(`/tenants/${stored.id}`, { method: 'PATCH', body: draft });
      const body = { ...draft, ...(id.trim() !== '' && { id: id.trim() }) } as NewTenant;
      return admin('/tenants', { method: 'POST', body });
    },
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const problemOf = useFieldProblems(sending.error);
  const edit = (changes: Partial<typeof draft>): void => setDraft({ ...draft, ...changes });
  return (
    <FormDrawer
      title={stored === undefined ? pageTexts.tenants.create : pageTexts.tenants.change(stored.displayName)}
      isNew={stored === undefined}
      sending={sending}
      onSubmit={() => sending.mutate()}
      onClose={onClose}
    >
      <Field label={pageTexts.tenants.name} required {...problemAt(problemOf('displayName'))}>
        <Input value={draft.displayName ?? ''} onChange={(_, { value }) => edit({ displayName: value })} />
      </Field>
      <Field
        label={pageTexts.tenants.domain}
        hint={pageTexts.tenants.domainHint}
        required
        {...problemAt(problemOf('domainName') ?? problemOf('domain name'))}
      >
        <Input value={draft.domainName ?? ''} onChange={(_, { value }) => edit({ domainName: value.trim() })} />
      </Field>
      {stored === undefined && (
        <Field label={pageTexts.tenants.id} hint={pageTexts.tenants.idHint} {...problemAt(problemOf('id'))}>
          <Input value={id} onChange={(_, { value }) => setId(value)} />
        </Field>
      )}
      <Checkbox
        label={pageTexts.tenants.planLabel}
        checked={draft.hasServicePlan ?? true}
        onChange={(_, { checked }) => edit({ hasServicePlan: checked === true })}
      />
      <Field label={pageTexts.tenants.directory} hint={pageTexts.tenants.directoryHint}>
        <Select
          value={draft.directory ?? ''}
          onChange={(_, { value }) => edit({ directory: DIRECTORY_MODES.find((mode) => mode === value) ?? null })}
        >
          <option value="">{pageTexts.tenants.asSetting}</option>
          {DIRECTORY_MODES.map((mode) => (
            <option key={mode} value={mode}>
              {pageTexts.tenants.directories[mode]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={pageTexts.tenants.openLicence} hint={pageTexts.tenants.openLicenceHint}>
        <Select
          value={draft.openLicence ?? ''}
          onChange={(_, { value }) => edit({ openLicence: LICENCES.find((licence) => licence === value) ?? null })}
        >
          <option value="">{pageTexts.tenants.asSetting}</option>
          {LICENCES.map((licence) => (
            <option key={licence} value={licence}>
              {toLabel(licence)}
            </option>
          ))}
        </Select>
      </Field>
    </FormDrawer>
  );
}
