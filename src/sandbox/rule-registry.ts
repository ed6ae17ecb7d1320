/** Rules by id, in the order in which they were added. */
import { ControlError } from '../control/route.ts';

interface RuleState {
  readonly id: string;
}

/** A rule at work, made of what is kept of it. */
interface Rule<State extends RuleState> {
  readonly state: State;
}

export interface RuleRegistry<State extends RuleState, Active extends Rule<State>> {
  list(): readonly Active[];
  isEmpty(): boolean;
  find(id: string): Active | undefined;
  put(state: State): void;
  /** An id for a new rule: the name that it was given, or one made of the stem. @throws ControlError 409 for a name that is taken */
  newId(name: string | undefined, stem: string): string;
  remove(id: string): void;
  clear(): void;
}

export function createRuleRegistry<State extends RuleState, Active extends Rule<State>>(
  activate: (state: State) => Active,
): RuleRegistry<State, Active> {
  const rules = new Map<string, Active>();
  let listed: readonly Active[] = [];
  const changed = (): void => {
    listed = [...rules.values()];
  };
  return {
    list: () => listed,
    isEmpty: () => listed.length === 0,
    find: (id) => rules.get(id),
    put: (state) => {
      rules.set(state.id, activate(state));
      changed();
    },
    newId: (name, stem) => {
      if (name === undefined) return freeId(stem, rules);
      if (rules.has(name)) throw new ControlError(409, `There is a rule "${name}" already.`);
      return name;
    },
    remove: (id) => {
      rules.delete(id);
      changed();
    },
    clear: () => {
      rules.clear();
      changed();
    },
  };
}

/** The least number that is free: so that the same orders get the same ids, on which what is drawn depends. */
function freeId(stem: string, taken: ReadonlyMap<string, unknown>): string {
  let id = stem;
  for (let number = 2; taken.has(id); number += 1) id = `${stem}-${number}`;
  return id;
}
