/** An app to add or to change: its name, what it may do, where answers may go. */
import { Checkbox, Dropdown, Field, Input, Option, Textarea } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppDescription } from '../../../src/library/admin-types.ts';
import { PERMISSIONS } from '../../../src/model/permissions.ts';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';
import { FormDrawer, problemAt } from './form-drawer.tsx';
import { readLines, toLabel } from './format.ts';
import { useFieldProblems } from './use-explained.ts';

const ROLES = PERMISSIONS.filter(({ roleId }) => roleId !== undefined).map(({ name }) => name);
const SCOPES = PERMISSIONS.filter(({ scopeId }) => scopeId !== undefined).map(({ name }) => name);

export interface AppFormProps {
  readonly title: string;
  readonly stored?: AppDescription;
  onSend(body: object): Promise<void>;
  onClose(): void;
}

export function AppForm({ title, stored, onSend, onClose }: AppFormProps) {
  const [displayName, setDisplayName] = useState(stored?.displayName ?? '');
  const [isPublicClient, setPublic] = useState(false);
  const [roles, setRoles] = useState<readonly string[]>(stored?.roles ?? []);
  const [scopes, setScopes] = useState<readonly string[]>(stored?.scopes ?? []);
  const [uris, setUris] = useState((stored?.redirectUris ?? []).join('\n'));
  const sending = useMutation({
    mutationFn: () =>
      onSend({
        displayName,
        roles,
        scopes,
        redirectUris: readLines(uris),
        ...(stored === undefined && isPublicClient && { isPublicClient }),
      }),
    onSuccess: onClose,
  });
  const problemOf = useFieldProblems(sending.error);
  return (
    <FormDrawer
      title={title}
      isNew={stored === undefined}
      sending={sending}
      onSubmit={() => sending.mutate()}
      onClose={onClose}
    >
      <Field label={toLabel('displayName')} required {...problemAt(problemOf('displayName'))}>
        <Input value={displayName} onChange={(_, { value }) => setDisplayName(value)} />
      </Field>
      <PermissionField label={pageTexts.access.roles} names={ROLES} chosen={roles} onChange={setRoles} />
      <PermissionField label={pageTexts.access.scopes} names={SCOPES} chosen={scopes} onChange={setScopes} />
      <Field label={pageTexts.access.redirectUris} hint={texts.form.lines} {...problemAt(problemOf('redirectUris'))}>
        <Textarea rows={3} value={uris} onChange={(_, { value }) => setUris(value)} />
      </Field>
      {stored === undefined && (
        <Checkbox
          label={pageTexts.access.isPublic}
          checked={isPublicClient}
          onChange={(_, { checked }) => setPublic(checked === true)}
        />
      )}
    </FormDrawer>
  );
}

interface PermissionFieldProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  onChange(names: readonly string[]): void;
}

function PermissionField({ label, names, chosen, onChange }: PermissionFieldProps) {
  return (
    <Field label={label}>
      <Dropdown
        multiselect
        value={chosen.join(', ')}
        selectedOptions={[...chosen]}
        onOptionSelect={(_, { selectedOptions }) => onChange(selectedOptions)}
      >
        {names.map((name) => (
          <Option key={name} value={name}>
            {name}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
