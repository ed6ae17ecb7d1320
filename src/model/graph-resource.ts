/** Microsoft Graph as a resource of the directory. */
import type { AppId } from '../lib/ids.ts';

/** The same in every tenant. */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000' as AppId;
export const GRAPH_NAME = 'Microsoft Graph';
