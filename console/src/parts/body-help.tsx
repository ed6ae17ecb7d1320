/** Beside the body of a request: what it may have, to be put in with a click, and what is wrong with it. */
import {
  Button,
  makeStyles,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { isEnum, membersOf } from '../api/model.ts';
import { pageTexts } from '../page-texts.ts';
import { checkBody, findOperation, findRow, startOf, typeName } from './body-check.ts';

const useStyles = makeStyles({
  help: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  menus: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
  popover: { maxHeight: '50vh', overflowY: 'auto' },
});

const TYPE = '@odata.type';

export interface BodyHelpProps {
  readonly method: string;
  /** Path and query from the version root. */
  readonly url: string;
  readonly body: string;
  onChange(body: string): void;
}

export function BodyHelp({ method, url, body, onChange }: BodyHelpProps) {
  const styles = useStyles();
  const operation = findOperation(method, url);
  if (operation === undefined || operation.action !== undefined) return null;
  const { rows, types, value, problems } = checkBody(operation, body);
  const isEmpty = body.trim() === '';
  const set = (name: string, next: unknown): void => onChange(JSON.stringify({ ...value, [name]: next }, undefined, 2));
  const given = Object.keys(value ?? {});
  const missing = rows.filter((row) => given.every((name) => findRow([row], name) === undefined));
  const choices = given.flatMap((name) => {
    const type = findRow(rows, name)?.type;
    return type !== undefined && isEnum(type) ? [{ name, members: membersOf(type) }] : [];
  });
  return (
    <div className={styles.help}>
      {(value !== undefined || isEmpty) && (
        <div className={styles.menus}>
          <Choice
            label={pageTexts.bodyHelp.add}
            icon={<AddRegular />}
            items={missing.map(({ name }) => name)}
            onChoose={(name) => {
              const row = missing.find((one) => one.name === name);
              if (row !== undefined) set(name, startOf(row));
            }}
          />
          {types.length > 0 && <Choice label={TYPE} items={types.map(typeName)} onChoose={(name) => set(TYPE, name)} />}
          {choices.map(({ name, members }) => (
            <Choice key={name} label={name} items={members} onChoose={(member) => set(name, member)} />
          ))}
        </div>
      )}
      <div aria-live="polite">
        {problems.length > 0 ? (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{pageTexts.bodyHelp.problems}</MessageBarTitle>
              <ul className={styles.list}>
                {problems.map((problem) => (
                  <li key={problem}>{problem}</li>
                ))}
              </ul>
            </MessageBarBody>
          </MessageBar>
        ) : (
          !isEmpty && (
            <MessageBar intent="success">
              <MessageBarBody>{pageTexts.bodyHelp.good(operation.id)}</MessageBarBody>
            </MessageBar>
          )
        )}
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly icon?: React.JSX.Element;
  readonly items: readonly string[];
  onChoose(item: string): void;
}

function Choice({ label, icon, items, onChoose }: ChoiceProps) {
  const styles = useStyles();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" disabled={items.length === 0} {...(icon !== undefined && { icon })}>
          {label}
        </Button>
      </MenuTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList>
          {items.map((item) => (
            <MenuItem key={item} onClick={() => onChoose(item)}>
              {item}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
