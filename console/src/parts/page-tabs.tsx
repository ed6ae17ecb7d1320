/** The tabs of a page: one line, which scrolls where the window is narrow. */
import { makeStyles, Tab, TabList } from '@fluentui/react-components';

const useStyles = makeStyles({
  // The text of the first one is in line with the heading.
  tabs: {
    marginInlineStart: '-12px',
    overflowX: 'auto',
    flexShrink: 0,
    scrollbarWidth: 'none',
    '& > button': { flexShrink: 0, whiteSpace: 'nowrap' },
  },
});

export interface PageTabsProps<Name extends string> {
  /** In their order. */
  readonly labels: Readonly<Record<Name, string>>;
  readonly selected: Name;
  readonly size?: 'small' | 'medium';
  onSelect(name: Name): void;
}

export function PageTabs<Name extends string>({ labels, selected, size = 'medium', onSelect }: PageTabsProps<Name>) {
  const styles = useStyles();
  return (
    <TabList
      className={styles.tabs}
      size={size}
      selectedValue={selected}
      onTabSelect={(_, { value }) => onSelect(value as Name)}
    >
      {Object.entries<string>(labels).map(([name, label]) => (
        <Tab key={name} value={name}>
          {label}
        </Tab>
      ))}
    </TabList>
  );
}
