/** The pages of the console, in the order of the navigation: what the menu, the command palette and titles are made from. */
import { AlertRegular } from '@fluentui/react-icons/svg/alert';
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive';
import { BuildingMultipleRegular } from '@fluentui/react-icons/svg/building-multiple';
import { BookOpenRegular } from '@fluentui/react-icons/svg/book-open';
import { ArrowSwapRegular } from '@fluentui/react-icons/svg/arrow-swap';
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync';
import { BeakerRegular } from '@fluentui/react-icons/svg/beaker';
import { BuildingRegular } from '@fluentui/react-icons/svg/building';
import { DataPieRegular } from '@fluentui/react-icons/svg/data-pie';
import { HistoryRegular } from '@fluentui/react-icons/svg/history';
import { HomeRegular } from '@fluentui/react-icons/svg/home';
import { NotebookRegular } from '@fluentui/react-icons/svg/notebook';
import { PeopleRegular } from '@fluentui/react-icons/svg/people';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected';
import { SendRegular } from '@fluentui/react-icons/svg/send';
import { TaskListLtrRegular } from '@fluentui/react-icons/svg/task-list-ltr';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import type { FluentIcon } from '@fluentui/react-icons';
import { texts } from '../texts.ts';

export interface Section {
  readonly path: string;
  readonly label: string;
  readonly icon: FluentIcon;
  /** Shown only on a server with the sandbox. */
  readonly isOfSandbox?: boolean;
}

/** The page of learners. */
export const MY_PATH = '/my';

export interface SectionGroup {
  readonly label: string;
  readonly sections: readonly Section[];
}

const { sections } = texts;

export const SECTION_GROUPS: readonly SectionGroup[] = [
  {
    label: sections.groups.start,
    sections: [
      { path: '/', label: sections.home, icon: HomeRegular },
      { path: '/overview', label: sections.overview, icon: DataPieRegular },
      { path: MY_PATH, label: sections.my, icon: PersonRegular },
    ],
  },
  {
    label: sections.groups.data,
    sections: [
      { path: '/providers', label: sections.providers, icon: BuildingRegular },
      { path: '/contents', label: sections.contents, icon: BookOpenRegular },
      { path: '/activities', label: sections.activities, icon: TaskListLtrRegular },
      { path: '/learners', label: sections.learners, icon: PeopleRegular },
    ],
  },
  {
    label: sections.groups.exchange,
    sections: [
      { path: '/imports', label: sections.imports, icon: ArrowSwapRegular },
      { path: '/sync', label: sections.sync, icon: ArrowSyncRegular },
      { path: '/notifications', label: sections.notifications, icon: AlertRegular },
      { path: '/webhooks', label: sections.webhooks, icon: PlugConnectedRegular },
    ],
  },
  {
    label: sections.groups.test,
    sections: [
      { path: '/explorer', label: sections.explorer, icon: SendRegular },
      { path: '/journal', label: sections.journal, icon: NotebookRegular, isOfSandbox: true },
      { path: '/sandbox', label: sections.sandbox, icon: BeakerRegular, isOfSandbox: true },
    ],
  },
  {
    label: sections.groups.manage,
    sections: [
      { path: '/access', label: sections.access, icon: KeyRegular },
      { path: '/tenants', label: sections.tenants, icon: BuildingMultipleRegular },
      { path: '/audit', label: sections.audit, icon: HistoryRegular },
      { path: '/backups', label: sections.backups, icon: ArchiveRegular },
    ],
  },
];
