/** Who may do what: the apps and users of the tenant. */
import { useTenant } from '../api/tenant.ts';
import { Page } from '../parts/page.tsx';
import { Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

export function Access() {
  const tenant = useTenant();
  if (tenant === undefined) return <Loading />;
  return (
    <Page title={texts.sections.access} lead={texts.access.lead}>
      {tenant.displayName}
    </Page>
  );
}
