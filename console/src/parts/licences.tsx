/** The products of a user, and the others of the tenant that can be assigned. */
import { Badge, Button, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { graph } from '../api/server.ts';
import type { Page } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { pageTexts } from '../page-texts.ts';
import { Failure } from './states.tsx';

const useStyles = makeStyles({
  block: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

interface Sku {
  readonly skuId: string;
  readonly skuPartNumber: string;
}

interface Change {
  readonly addLicenses: readonly { readonly skuId: string; readonly disabledPlans: readonly string[] }[];
  readonly removeLicenses: readonly string[];
}

export interface LicencesProps {
  readonly tenant: string;
  /** An id. */
  readonly user: string;
}

export function Licences({ tenant, user }: LicencesProps) {
  const styles = useStyles();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const { data: held, error } = useQuery({
    queryKey: ['graph', tenant, 'licences', user],
    queryFn: async () => (await graph<Page<Sku>>(`/users/${user}/licenseDetails`, { tenant })).value,
  });
  const { data: skus, error: skusError } = useQuery({
    queryKey: ['graph', tenant, 'skus'],
    queryFn: async () => (await graph<Page<Sku>>('/subscribedSkus', { tenant })).value,
    enabled: isAdministrator,
  });
  const change = useMutation({
    mutationFn: (body: Change) => graph(`/users/${user}/assignLicense`, { tenant, method: 'POST', body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['graph', tenant] }),
  });
  const others = (skus ?? []).filter(({ skuId }) => held?.every((one) => one.skuId !== skuId));
  const problem = error ?? skusError ?? change.error;
  return (
    <section className={styles.block}>
      <Subtitle2 as="h3">{pageTexts.licences.title}</Subtitle2>
      {problem !== null && <Failure problem={problem} />}
      {held?.length === 0 && <Text>{pageTexts.licences.none}</Text>}
      {(held ?? []).map(({ skuId, skuPartNumber }) => (
        <div key={skuId} className={styles.row}>
          <Badge appearance="tint" size="large">
            {skuPartNumber}
          </Badge>
          {isAdministrator && (
            <Button
              size="small"
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={pageTexts.licences.remove(skuPartNumber)}
              disabled={change.isPending}
              onClick={() => change.mutate({ addLicenses: [], removeLicenses: [skuId] })}
            />
          )}
        </div>
      ))}
      {isAdministrator && (
        <div className={styles.row}>
          {others.map(({ skuId, skuPartNumber }) => (
            <Button
              key={skuId}
              size="small"
              icon={<AddRegular />}
              disabled={change.isPending}
              onClick={() => change.mutate({ addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] })}
            >
              {pageTexts.licences.assign(skuPartNumber)}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}
