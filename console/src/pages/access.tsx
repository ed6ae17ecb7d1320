/** The apps of a tenant: what they may do, their secrets, whether they get tokens. */
import { Badge, Button, Switch } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AddedApp, AppChange, AppDescription, AppSecret } from '../../../src/library/admin-types.ts';
import { useSession } from '../api/session.ts';
import { admin } from '../api/server.ts';
import { useTenant } from '../api/tenant.ts';
import { AppForm } from '../parts/app-form.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatDate, formatNumber, toLabel } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Page } from '../parts/page.tsx';
import { Question } from '../parts/question.tsx';
import { SecretOnce } from '../parts/secret-once.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

export function Access() {
  const tenant = useTenant()?.id;
  return tenant === undefined ? <Loading /> : <Apps tenant={tenant} />;
}

function Apps({ tenant }: { readonly tenant: string }) {
  const { open } = useSearch({ from: '/access' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const [isCreating, setCreating] = useState(false);
  const [editing, setEditing] = useState<AppDescription>();
  const [removing, setRemoving] = useState<AppDescription>();
  const [secret, setSecret] = useState<AppSecret | null>(null);
  const at = (path: string): string => `${path}?tenant=${tenant}`;
  const query = useQuery({
    queryKey: ['graph', tenant, 'apps'],
    queryFn: async () => (await admin<{ readonly value: readonly AppDescription[] }>(at('/apps'))).value,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['graph', tenant] });
  const change = useMutation({
    mutationFn: ({ clientId, ...body }: AppChange & { readonly clientId: string }) =>
      admin(at(`/apps/${clientId}`), { method: 'PATCH', body }),
    onSettled: refresh,
  });
  const rotate = useMutation({
    mutationFn: (clientId: string) =>
      admin<AppSecret>(at(`/apps/${clientId}/secret`), { method: 'POST', body: { keepOld: true } }),
    onSuccess: async (made) => {
      setSecret(made);
      await refresh();
    },
  });
  const shown = query.data?.find(({ clientId }) => clientId === open);
  const close = (): void => void navigate({ to: '/access', search: {} });
  const columns: readonly Column<AppDescription>[] = [
    { name: 'displayName', label: toLabel('displayName'), show: ({ displayName }) => displayName },
    { name: 'roles', label: pageTexts.access.roles, isNumber: true, show: ({ roles }) => formatNumber(roles.length) },
    {
      name: 'scopes',
      label: pageTexts.access.scopes,
      isNumber: true,
      show: ({ scopes }) => formatNumber(scopes.length),
    },
    {
      name: 'proof',
      label: pageTexts.access.proof,
      show: ({ secrets, certificates }) => pageTexts.access.proofOf(secrets, certificates),
    },
    {
      name: 'enabled',
      label: pageTexts.access.enabled,
      show: ({ clientId, displayName, accountEnabled }) => (
        <Switch
          checked={accountEnabled}
          disabled={!isAdministrator}
          aria-label={pageTexts.access.enable(displayName)}
          onChange={(_, { checked }) => change.mutate({ clientId, accountEnabled: checked })}
        />
      ),
    },
    { name: 'clientId', label: pageTexts.access.clientId, show: ({ clientId }) => clientId },
  ];
  return (
    <Page
      title={texts.sections.access}
      lead={pageTexts.access.lead}
      actions={
        isAdministrator && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setCreating(true)}>
            {pageTexts.access.create}
          </Button>
        )
      }
    >
      {change.error !== null && <Failure problem={change.error} />}
      <Listed
        label={texts.sections.access}
        columns={columns}
        query={query}
        empty={<Empty title={pageTexts.access.none}>{pageTexts.access.noneHint}</Empty>}
        keyOf={({ clientId }) => clientId}
        openKey={open}
        onOpen={({ clientId }) => void navigate({ to: '/access', search: { open: clientId } })}
      />
      {shown !== undefined && editing === undefined && removing === undefined && secret === null && (
        <Drawer
          title={shown.displayName}
          onClose={close}
          footer={
            isAdministrator && (
              <>
                <Button onClick={() => setEditing(shown)}>{texts.actions.edit}</Button>
                <Button icon={<KeyRegular />} disabled={rotate.isPending} onClick={() => rotate.mutate(shown.clientId)}>
                  {pageTexts.access.newSecret}
                </Button>
                <Button icon={<DeleteRegular />} onClick={() => setRemoving(shown)}>
                  {texts.actions.delete}
                </Button>
              </>
            )
          }
        >
          {rotate.error !== null && <Failure problem={rotate.error} />}
          <Facts
            facts={[
              [pageTexts.access.clientId, shown.clientId],
              [pageTexts.access.command, shown.name],
              [pageTexts.access.roles, <Permissions key="roles" names={shown.roles} />],
              [pageTexts.access.scopes, <Permissions key="scopes" names={shown.scopes} />],
              [pageTexts.access.redirectUris, shown.redirectUris.join(' ')],
              [pageTexts.access.proof, pageTexts.access.proofOf(shown.secrets, shown.certificates)],
            ]}
          />
        </Drawer>
      )}
      {isCreating && (
        <AppForm
          title={pageTexts.access.create}
          onSend={async (body) => {
            const added = await admin<AddedApp>(at('/apps'), { method: 'POST', body });
            setSecret(added.secret);
            await refresh();
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {editing !== undefined && (
        <AppForm
          title={texts.actions.edit}
          stored={editing}
          onSend={async (body) => {
            await admin(at(`/apps/${editing.clientId}`), { method: 'PATCH', body });
            await refresh();
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing !== undefined && (
        <Question
          title={pageTexts.access.removeTitle(removing.displayName)}
          hint={pageTexts.access.removeHint}
          confirm={texts.actions.delete}
          onConfirm={async () => {
            await admin(at(`/apps/${removing.clientId}`), { method: 'DELETE' });
            close();
            await refresh();
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
      {secret !== null && (
        <SecretOnce
          title={pageTexts.access.secret}
          hint={pageTexts.access.secretHint(formatDate(secret.endDateTime))}
          secret={secret.secretText}
          onClose={() => setSecret(null)}
        />
      )}
    </Page>
  );
}

function Permissions({ names }: { readonly names: readonly string[] }) {
  return names.map((name) => (
    <Badge key={name} appearance="outline">
      {name}
    </Badge>
  ));
}
