/**
 * Microsoft's clouds, by the names that programs know: where Graph is, and where its callers sign in. Sources:
 * learn.microsoft.com/graph/deployments and learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
 */

export interface Cloud {
  /** As `cloud_instance_name` of its OpenID configuration says it. */
  readonly instanceName: string;
  readonly graphHost: string;
  /** The first is the one that documents name. */
  readonly signInHosts: readonly string[];
}

const CLOUDS: readonly Cloud[] = [
  {
    instanceName: 'microsoftonline.com',
    graphHost: 'graph.microsoft.com',
    signInHosts: ['login.microsoftonline.com', 'login.microsoft.com', 'login.windows.net', 'sts.windows.net'],
  },
  { instanceName: 'microsoftonline.us', graphHost: 'graph.microsoft.us', signInHosts: ['login.microsoftonline.us'] },
  {
    instanceName: 'microsoftonline.us',
    graphHost: 'dod-graph.microsoft.us',
    signInHosts: ['login.microsoftonline.us'],
  },
  {
    instanceName: 'partner.microsoftonline.cn',
    graphHost: 'microsoftgraph.chinacloudapi.cn',
    signInHosts: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
  },
];

export const GRAPH_HOSTS: readonly string[] = CLOUDS.map(({ graphHost }) => graphHost);
export const SIGN_IN_HOSTS: readonly string[] = [...new Set(CLOUDS.flatMap(({ signInHosts }) => signInHosts))];

/** The first that has callers sign in at this host; `undefined` for a host of none. */
export function findCloudOfSignIn(host: string): Cloud | undefined {
  return CLOUDS.find(({ signInHosts }) => signInHosts.includes(host));
}
