/** The menus of the bar: which tenant is shown, light or dark, who is signed in. */
import {
  Button,
  makeStyles,
  Menu,
  MenuDivider,
  MenuGroupHeader,
  MenuItem,
  MenuItemLink,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { BuildingRegular } from '@fluentui/react-icons/svg/building';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { WeatherMoonRegular } from '@fluentui/react-icons/svg/weather-moon';
import { useSession } from '../api/session.ts';
import { useServerStatus } from '../api/status.ts';
import { chooseTenant, useTenant } from '../api/tenant.ts';
import { texts } from '../texts.ts';
import { setAppearance, useAppearance } from '../theme.ts';
import type { Appearance } from '../theme.ts';

const useStyles = makeStyles({
  // The icon alone, in the middle of its button.
  tool: {
    '@media (max-width: 700px)': { minWidth: '36px', paddingInline: 0, '& .fui-Button__icon': { marginInlineEnd: 0 } },
  },
  tenant: { maxWidth: '240px', '@media (max-width: 700px)': { display: 'none' } },
});

export function TenantMenu() {
  const styles = useStyles();
  const data = useServerStatus();
  const tenant = useTenant();
  if (data === undefined || tenant === undefined) return null;
  return (
    <Menu
      checkedValues={{ tenant: [tenant.id] }}
      onCheckedValueChange={(_, { checkedItems: [id] }) => id !== undefined && chooseTenant(id)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          className={styles.tool}
          icon={<BuildingRegular />}
          aria-label={texts.shell.tenant(tenant.displayName)}
        >
          <span className={styles.tenant}>{tenant.displayName}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {data.tenants.map(({ id, displayName, domainName }) => (
            <MenuItemRadio key={id} name="tenant" value={id} secondaryContent={domainName}>
              {displayName}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

const APPEARANCES: readonly Appearance[] = ['system', 'light', 'dark'];

export function AppearanceMenu() {
  const appearance = useAppearance();
  return (
    <Menu
      checkedValues={{ appearance: [appearance] }}
      onCheckedValueChange={(_, { checkedItems: [chosen] }) => setAppearance(chosen as Appearance)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<WeatherMoonRegular />} aria-label={texts.shell.appearance} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {APPEARANCES.map((name) => (
            <MenuItemRadio key={name} name="appearance" value={name}>
              {texts.shell.appearances[name]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

export function SessionMenu() {
  const session = useSession();
  const status = useServerStatus();
  if (session === undefined) return null;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<PersonRegular />} aria-label={texts.shell.session(session.name)} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroupHeader>{`${session.name} · ${texts.roles[session.role]}`}</MenuGroupHeader>
          <MenuDivider />
          {status?.hasDocs === true && (
            <MenuItemLink href="/docs/" target="_blank">
              {texts.shell.documentation}
            </MenuItemLink>
          )}
          <MenuItem onClick={() => void import('../api/oidc.ts').then(({ signOut }) => signOut())}>
            {texts.shell.signOut}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
