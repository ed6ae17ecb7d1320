/** An app to add or to change: its name, what it may do, where answers may go. */
import {
  Button,
  Checkbox,
  Dropdown,
  Field,
  Input,
  makeStyles,
  Option,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { AppDescription } from '../../../src/library/admin-types.ts';
import { PERMISSIONS } from '../../../src/model/permissions.ts';
import { texts } from '../texts.ts';
import { Drawer } from './details.tsx';
import { toLabel } from './format.ts';
import { Failure } from './states.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

const FORM_ID = 'app-form';
const ROLES = PERMISSIONS.filter(({ roleId }) => roleId !== undefined).map(({ name }) => name);
const SCOPES = PERMISSIONS.filter(({ scopeId }) => scopeId !== undefined).map(({ name }) => name);

export interface AppFormProps {
  readonly title: string;
  readonly stored?: AppDescription;
  onSend(body: object): Promise<void>;
  onClose(): void;
}

export function AppForm({ title, stored, onSend, onClose }: AppFormProps) {
  const styles = useStyles();
  const [displayName, setDisplayName] = useState(stored?.displayName ?? '');
  const [isPublicClient, setPublic] = useState(false);
  const [roles, setRoles] = useState<readonly string[]>(stored?.roles ?? []);
  const [scopes, setScopes] = useState<readonly string[]>(stored?.scopes ?? []);
  const [uris, setUris] = useState((stored?.redirectUris ?? []).join('\n'));
  const redirectUris = uris
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const sending = useMutation({
    mutationFn: () =>
      onSend({
        displayName,
        roles,
        scopes,
        redirectUris,
        ...(stored === undefined && isPublicClient && { isPublicClient }),
      }),
    onSuccess: onClose,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    sending.mutate();
  };
  return (
    <Drawer
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" type="submit" form={FORM_ID} disabled={sending.isPending}>
            {stored === undefined ? texts.actions.create : texts.actions.save}
          </Button>
          <Button onClick={onClose}>{texts.actions.cancel}</Button>
        </>
      }
    >
      {sending.error !== null && <Failure problem={sending.error} />}
      <form id={FORM_ID} className={styles.form} onSubmit={submit} noValidate>
        <Field label={toLabel('displayName')} required>
          <Input value={displayName} onChange={(_, { value }) => setDisplayName(value)} />
        </Field>
        <PermissionField label={texts.access.roles} names={ROLES} chosen={roles} onChange={setRoles} />
        <PermissionField label={texts.access.scopes} names={SCOPES} chosen={scopes} onChange={setScopes} />
        <Field label={texts.access.redirectUris} hint={texts.form.lines}>
          <Textarea rows={3} value={uris} onChange={(_, { value }) => setUris(value)} />
        </Field>
        {stored === undefined && (
          <Checkbox
            label={texts.access.isPublic}
            checked={isPublicClient}
            onChange={(_, { checked }) => setPublic(checked === true)}
          />
        )}
      </form>
    </Drawer>
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
