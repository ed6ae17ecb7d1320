/** What stands around every page: navigation, the tenant, what is unusual at the moment, the command palette. */
import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { SearchRegular } from '@fluentui/react-icons/svg/search';
import { Outlet, useLocation, useMatches, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useIsLearner } from '../api/session.ts';
import { texts } from '../texts.ts';
import { Banner } from './banner.tsx';
import { Navigation } from './navigation.tsx';
import { MY_PATH } from './sections.ts';
import { AppearanceMenu, SessionMenu, TenantMenu } from './menus.tsx';

const CommandPalette = lazy(() => import('./command-palette.tsx'));

const NARROW = '@media (max-width: 860px)';

const useStyles = makeStyles({
  shell: {
    height: '100%',
    display: 'grid',
    gridTemplateRows: 'auto 1fr',
    gridTemplateColumns: '232px minmax(0, 1fr)',
    [NARROW]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  skip: {
    position: 'absolute',
    left: '-9999px',
    ':focus': { left: tokens.spacingHorizontalM, top: tokens.spacingVerticalS, zIndex: 10 },
  },
  bar: {
    gridColumn: '1 / -1',
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  brand: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, flexGrow: 1, minWidth: 0 },
  logo: { width: '28px', height: '28px', flexShrink: 0 },
  // The icon alone, in the middle of its button.
  tool: {
    minWidth: '280px',
    justifyContent: 'start',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground2,
    '@media (max-width: 1100px)': {
      border: '1px solid transparent',
      minWidth: '36px',
      justifyContent: 'center',
      paddingInline: 0,
      '& .fui-Button__icon': { marginInlineEnd: 0 },
    },
  },
  menuButton: { display: 'none', [NARROW]: { display: 'inline-flex' } },
  name: { '@media (max-width: 420px)': { display: 'none' } },
  side: {
    overflowY: 'auto',
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    [NARROW]: { display: 'none' },
  },
  sideOpen: {
    [NARROW]: { display: 'block', position: 'fixed', inset: '49px 0 0 0', zIndex: 5 },
  },
  main: {
    overflowY: 'auto',
    backgroundColor: tokens.colorNeutralBackground1,
    outlineStyle: 'none',
    gridColumn: '2',
    [NARROW]: { gridColumn: '1' },
  },
  // Still the name of the button.
  wide: {
    '@media (max-width: 1100px)': {
      position: 'absolute',
      width: '1px',
      height: '1px',
      overflow: 'hidden',
      clipPath: 'inset(50%)',
    },
  },
});

export function Shell() {
  const styles = useStyles();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const { pathname } = useLocation();
  // By what is shown, and not by the address: that is ahead of it while a page loads.
  const shown = useMatches().at(-1)?.routeId;
  const isElsewhere = useIsLearner() && shown !== MY_PATH;
  const navigate = useNavigate();
  useEffect(() => {
    if (isElsewhere) void navigate({ to: MY_PATH, replace: true });
  }, [isElsewhere, navigate]);
  useEffect(() => setMenuOpen(false), [pathname]);
  useShortcut('k', () => setPaletteOpen(true));
  return (
    <div className={styles.shell}>
      <header className={styles.bar}>
        <a href="#main" className={styles.skip}>
          {texts.shell.skip}
        </a>
        <Button
          className={styles.menuButton}
          appearance="subtle"
          icon={isMenuOpen ? <DismissRegular /> : <NavigationRegular />}
          aria-label={isMenuOpen ? texts.shell.closeMenu : texts.shell.openMenu}
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        />
        <div className={styles.brand}>
          <img src="/console/icon.svg" alt="" className={styles.logo} />
          <Text weight="semibold" size={400} className={styles.name}>
            {texts.product}
          </Text>
        </div>
        <Button
          appearance="outline"
          className={styles.tool}
          icon={<SearchRegular />}
          onClick={() => setPaletteOpen(true)}
        >
          <span className={styles.wide}>{texts.palette.hint}</span>
        </Button>
        <TenantMenu />
        <AppearanceMenu />
        <SessionMenu />
      </header>
      <nav className={mergeClasses(styles.side, isMenuOpen && styles.sideOpen)} aria-label={texts.shell.navigation}>
        <Navigation />
      </nav>
      <main className={styles.main} id="main" tabIndex={-1}>
        <Banner />
        {!isElsewhere && <Outlet />}
      </main>
      {isPaletteOpen && (
        <Suspense>
          <CommandPalette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Ctrl or Cmd with the key. */
function useShortcut(key: string, act: () => void): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== key || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  });
}
