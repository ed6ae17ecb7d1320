/** The tabs of a page, or of a part of it: one line, which scrolls where the window is narrow. */
import { makeStyles, mergeClasses, Tab, TabList } from '@fluentui/react-components';

const useStyles = makeStyles({
  tabs: {
    overflowX: 'auto',
    flexShrink: 0,
    scrollbarWidth: 'none',
    '& > button': { flexShrink: 0, whiteSpace: 'nowrap' },
  },
  // The text of the first one is in line with what is above.
  medium: { marginInlineStart: '-12px' },
  small: { marginInlineStart: '-8px' },
});

export interface PageTabsProps<Name extends string> {
  /** In their order. */
  readonly labels: Readonly<Record<Name, string>>;
  readonly selected: Name;
  readonly size?: 'small' | 'medium';
  onSelect(name: Name): void;
}

/** Of the tabs in one line that scrolls. */
function reveal(tab: HTMLElement | null): void {
  const list = tab?.parentElement;
  // Not scrollIntoView, which would move the page as well.
  if (list) list.scrollLeft = tab.offsetLeft + tab.offsetWidth - list.clientWidth;
}

export function PageTabs<Name extends string>({ labels, selected, size = 'medium', onSelect }: PageTabsProps<Name>) {
  const styles = useStyles();
  return (
    <TabList
      className={mergeClasses(styles.tabs, styles[size])}
      size={size}
      selectedValue={selected}
      onTabSelect={(_, { value }) => onSelect(value as Name)}
    >
      {Object.entries<string>(labels).map(([name, label]) => (
        <Tab key={name} value={name} ref={name === selected ? reveal : null}>
          {label}
        </Tab>
      ))}
    </TabList>
  );
}
