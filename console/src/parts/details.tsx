/** The drawer beside a list: one object readable, or as JSON, and what can be done with it. */
import {
  Button,
  DrawerBody,
  DrawerFooter,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  mergeClasses,
  OverlayDrawer,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Code } from './copy.tsx';
import { Facts } from './facts.tsx';
import type { Fact } from './facts.tsx';
import { PageTabs } from './page-tabs.tsx';
import { useReturnedFocus } from './use-returned-focus.ts';

const useStyles = makeStyles({
  drawer: { width: 'min(100vw, 640px)' },
  wide: { width: 'min(100vw, 960px)' },
  body: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    paddingBlock: tokens.spacingVerticalM,
  },
  foot: { flexWrap: 'wrap', rowGap: tokens.spacingVerticalS },
});

export interface DrawerProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** For a table. */
  readonly isWide?: boolean;
  onClose(): void;
}

export function Drawer({ title, children, footer, isWide = false, onClose }: DrawerProps) {
  const styles = useStyles();
  useReturnedFocus(onClose);
  return (
    <OverlayDrawer
      position="end"
      open
      className={mergeClasses(styles.drawer, isWide && styles.wide)}
      onOpenChange={(_, { open }) => !open && onClose()}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button appearance="subtle" icon={<DismissRegular />} aria-label={texts.actions.close} onClick={onClose} />
          }
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body} tabIndex={0}>
        {children}
      </DrawerBody>
      {footer !== undefined && <DrawerFooter className={styles.foot}>{footer}</DrawerFooter>}
    </OverlayDrawer>
  );
}

export interface TwoViewsProps {
  readonly facts: readonly Fact[];
  readonly json: unknown;
  readonly label: string;
}

/** The readable form, and the JSON that it is made of. */
export function TwoViews({ facts, json, label }: TwoViewsProps) {
  const [view, setView] = useState<keyof typeof texts.details>('readable');
  return (
    <>
      <PageTabs labels={texts.details} selected={view} size="small" onSelect={(name) => setView(name)} />
      {view === 'json' ? (
        <Code text={JSON.stringify(json, undefined, 2)} label={label} isWrapped />
      ) : (
        <Facts facts={facts} />
      )}
    </>
  );
}
